"""What needs a person about a database."""

from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_rds as rds
from constructs import Construct

from wellmade.foundation.alarms import define_alarm

BORROWING_TAKES = 1_000_000
"""Microseconds: a caller that waits this long for a connection waits because all are taken."""


def define_database_alarms(
    scope: Construct, cluster: rds.CfnDBCluster, proxy: rds.CfnDBProxy, pool: int
) -> list[cloudwatch.Alarm]:
    """Define alarms on capacity, on connections and on callers that wait for one."""
    of_cluster = {"DBClusterIdentifier": cluster.ref}
    return [
        define_alarm(
            scope,
            "Capacity",
            metric="ACUUtilization",
            namespace="AWS/RDS",
            dimensions=of_cluster,
            above=90,
            description="The database runs at the most that it may take. Raise maximum_capacity.",
        ),
        define_alarm(
            scope,
            "Connections",
            metric="DatabaseConnections",
            namespace="AWS/RDS",
            dimensions=of_cluster,
            above=0.8 * pool,
            description="Four of five connections are taken. Who holds them? See pg_stat_activity.",
        ),
        define_alarm(
            scope,
            "Borrowing",
            metric="DatabaseConnectionsBorrowLatency",
            namespace="AWS/RDS",
            dimensions={"ProxyName": proxy.ref},
            statistic="Average",
            above=BORROWING_TAKES,
            description="Callers wait a second for a connection: the pool is used up.",
        ),
    ]

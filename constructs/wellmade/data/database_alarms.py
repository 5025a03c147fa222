"""What needs a person about a database."""

from typing import TypedDict

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_rds as rds
from constructs import Construct

from wellmade.data.global_database import GlobalMember
from wellmade.foundation.alarms import Alarms, AlarmSpec, define_alarms

BORROWING_TAKES = 1_000_000
"""Microseconds: a workload that waits this long for a connection waits because all are taken."""

CAPACITY = (
    "The database runs at the most that it may take. Find the busiest statements, or raise max_capacity."
)
CONNECTIONS = "Four of five connections are taken. See who holds them in pg_stat_activity."
BORROWING = (
    "Workloads wait a second for a connection: the pool is used up. See who holds connections for long."
)

RPO_LAG = "AuroraGlobalDBRPOLag"
BEHIND = (
    "What the other region writes comes here late: a failover to this one would lose as many seconds of "
    "writes. Or, with state INSUFFICIENT_DATA, nothing comes any more: copying has ended, or this side was "
    "promoted. See the AWS Health Dashboard, and whether this cluster is at its most capacity units. Do not "
    "promote this side before it has fallen, unless the other region has failed: then stop what writes "
    "there, promote this side and lead callers here. The command is"
)


class DatabaseAlarms(Alarms):
    """Alarms of a database and its proxy."""

    capacity: cloudwatch.Alarm
    """Percentage of the most capacity units."""
    connections: cloudwatch.Alarm
    """Connections to the database."""
    borrow_latency: cloudwatch.Alarm
    """Microseconds that a workload waits for a connection, on average."""
    rpo_lag: cloudwatch.Alarm
    """How far this region is behind the one that writes, for five minutes on end; in a global database.

    It is defined on both sides, and has values on the one that does not write. That they end is told, too, by
    the state `INSUFFICIENT_DATA`: of copies that come no more nobody knows how late they are.
    """


class DatabaseThresholds(TypedDict, total=False):
    """Thresholds of a database's alarms; None leaves one out."""

    capacity: float | None
    connections: float | None
    borrow_latency: float | None
    rpo_lag: Duration | None


def define_database_alarms(
    scope: Construct,
    cluster: rds.CfnDBCluster,
    proxy: rds.CfnDBProxy,
    pool: int,
    thresholds: DatabaseThresholds | None,
    *,
    member: GlobalMember | None = None,
) -> DatabaseAlarms:
    """Define alarms on capacity, on connections, on workloads that wait for one, and on late copies."""
    of_cluster, of_proxy = {"DBClusterIdentifier": cluster.ref}, {"ProxyName": proxy.ref}
    latency = "DatabaseConnectionsBorrowLatency"
    specs = {
        "capacity": AlarmSpec("Capacity", "ACUUtilization", "AWS/RDS", of_cluster, 90, CAPACITY),
        "connections": AlarmSpec(
            "Connections", "DatabaseConnections", "AWS/RDS", of_cluster, 0.8 * pool, CONNECTIONS
        ),
        "borrow_latency": AlarmSpec(
            "Borrowing", latency, "AWS/RDS", of_proxy, BORROWING_TAKES, BORROWING, "Average"
        ),
    }
    if member:
        runbook = f"{BEHIND} {member.failover_command}"
        specs["rpo_lag"] = AlarmSpec(
            "RpoLag",
            RPO_LAG,
            "AWS/RDS",
            of_cluster,
            5000,
            runbook,
            "Average",
            5,
            in_milliseconds=True,
            tells_silence=True,
        )
    return define_alarms(DatabaseAlarms, scope, specs, thresholds)

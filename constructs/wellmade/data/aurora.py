"""The database itself: Aurora PostgreSQL that scales by itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_rds as rds
from constructs import Construct

from wellmade.data.global_database import GlobalDatabase, login_of
from wellmade.facts.aurora import CLUSTER_NAME_LENGTH, connections_at
from wellmade.kit.log_group import define_log_group
from wellmade.kit.names import early_name
from wellmade.kit.suppressions import suppress

PORT = 5432
NAME = "app"
USER = "app"
ENGINE = "aurora-postgresql"

SUPPRESSED_OF_CLUSTER = {
    "AwsSolutions::AwsSolutions-RDS11": "Another port hides nothing: only the proxy's group reaches it.",
}
SUPPRESSED_OF_INSTANCE = {
    "CKV_AWS_118": "Performance Insights and the cluster's metrics tell more at no role of its own.",
}
WITHOUT_KEY = {
    "CKV_AWS_354": "Performance Insights encrypts with a key of its own; statements hold no values.",
}


@dataclass(frozen=True)
class Database:
    """What the database is called, and where and how it runs."""

    version: rds.AuroraPostgresEngineVersion
    port: int
    name: str
    user: str
    capacity: tuple[float, int]
    """Least and most capacity units."""
    backup_days: float
    deletion_protection: bool
    key: Any
    """The user's key, or None."""
    world: GlobalDatabase | None = None
    """What it is one of two of; None where it is alone."""

    @property
    def is_secondary(self) -> bool:
        """Whether it begins as a copy of another region's."""
        return self.world is not None and self.world.side == "secondary"

    @property
    def connections(self) -> int:
        """How many there are."""
        least, most = self.capacity
        return connections_at(most, least)

    @property
    def key_arn(self) -> str | None:
        """The key's ARN."""
        return self.key.key_arn if self.key else None


def define_cluster(
    scope: Construct, database: Database, *, subnets: Sequence[ec2.ISubnet], group: ec2.SecurityGroup
) -> rds.CfnDBCluster:
    """Define the cluster with its subnets, parameters and log group."""
    identifier = early_name(scope, "Cluster", max_length=CLUSTER_NAME_LENGTH)
    subnet_group = rds.CfnDBSubnetGroup(
        scope,
        "Subnets",
        db_subnet_group_description="Where nothing leads to from outside",
        subnet_ids=[subnet.subnet_id for subnet in subnets],
    )
    is_managed = database.world is None and database.key
    secret = rds.CfnDBCluster.MasterUserSecretProperty(kms_key_id=database.key_arn) if is_managed else None
    cluster = rds.CfnDBCluster(
        scope,
        "Cluster",
        db_cluster_identifier=identifier,
        engine=ENGINE,
        engine_version=database.version.aurora_postgres_full_version,
        serverless_v2_scaling_configuration=_scaling(*database.capacity),
        database_name=None if database.is_secondary else database.name,
        port=database.port,
        **login_of(database.world, database.user),
        master_user_secret=secret,
        enable_iam_database_authentication=True,
        storage_encrypted=True,
        kms_key_id=database.key_arn,
        db_subnet_group_name=subnet_group.ref,
        vpc_security_group_ids=[group.security_group_id],
        db_cluster_parameter_group_name=_define_parameters(scope, database).ref,
        backup_retention_period=database.backup_days,
        copy_tags_to_snapshot=True,
        deletion_protection=database.deletion_protection,
        enable_cloudwatch_logs_exports=["postgresql"],
    )
    # Before RDS would make one that keeps its lines for ever.
    log = define_log_group(
        scope,
        "Logs",
        harmless="statements are not logged",
        name=f"/aws/rds/cluster/{identifier}/postgresql",
        encryption_key=database.key,
    )
    cluster.node.add_dependency(log)
    suppress(cluster, SUPPRESSED_OF_CLUSTER)
    return cluster


def define_instance(
    scope: Construct, cluster: rds.CfnDBCluster, number: int, database: Database
) -> rds.CfnDBInstance:
    """Define one instance: the writer, then those that take over from it."""
    instance = rds.CfnDBInstance(
        scope,
        f"Instance{number + 1}",
        db_instance_class="db.serverless",
        db_cluster_identifier=cluster.ref,
        engine=ENGINE,
        # Of the first two tiers, readers keep the writer's size, so that one can take over at once.
        promotion_tier=min(number, 1),
        publicly_accessible=False,
        enable_performance_insights=True,
        performance_insights_kms_key_id=database.key_arn,
        auto_minor_version_upgrade=True,
    )
    suppress(instance, {**SUPPRESSED_OF_INSTANCE, **({} if database.key else WITHOUT_KEY)})
    return instance


def _scaling(least: float, most: int) -> rds.CfnDBCluster.ServerlessV2ScalingConfigurationProperty:
    return rds.CfnDBCluster.ServerlessV2ScalingConfigurationProperty(min_capacity=least, max_capacity=most)


def _define_parameters(scope: Construct, database: Database) -> rds.CfnDBClusterParameterGroup:
    return rds.CfnDBClusterParameterGroup(
        scope,
        "Parameters",
        description="TLS only, connections as the budget counts them",
        family=f"{ENGINE}{database.version.aurora_postgres_major_version}",
        parameters={
            "rds.force_ssl": "1",
            # What the service computes by itself, written down: the budget counts on it.
            "max_connections": str(database.connections),
            "log_min_duration_statement": "1000",
            "log_statement": "ddl",
        },
    )

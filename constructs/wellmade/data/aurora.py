"""The database itself: Aurora PostgreSQL that scales by itself."""

from collections.abc import Sequence

from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_rds as rds
from constructs import Construct

from wellmade.data.connection_budget import connections_at
from wellmade.foundation.accepted import accept
from wellmade.foundation.log_group import define_log_group
from wellmade.foundation.names import stack_scoped_name

PORT = 5432
NAME = "app"
USER = "app"
ENGINE = rds.AuroraPostgresEngineVersion.VER_17_5
FAMILY = "aurora-postgresql17"
IDLE_BEFORE_PAUSE = 300

ACCEPTED_OF_CLUSTER = {
    "AwsSolutions::AwsSolutions-RDS11": "Another port hides nothing: only the proxy's group reaches it.",
}
ACCEPTED_OF_INSTANCE = {
    "CKV_AWS_118": "Performance Insights and the cluster's metrics tell more at no role of its own.",
    "CKV_AWS_354": "Performance Insights encrypts with a key of its own; statements hold no values.",
}


def define_cluster(
    scope: Construct,
    *,
    subnets: Sequence[ec2.ISubnet],
    group: ec2.SecurityGroup,
    capacity: tuple[float, int],
    backup_days: float,
    protected: bool,
) -> rds.CfnDBCluster:
    """Define the cluster with its subnets, parameters and log group."""
    identifier = stack_scoped_name(scope, "Cluster", max_length=63)
    subnet_group = rds.CfnDBSubnetGroup(
        scope,
        "Subnets",
        db_subnet_group_description="Where nothing leads to from outside",
        subnet_ids=[subnet.subnet_id for subnet in subnets],
    )
    cluster = rds.CfnDBCluster(
        scope,
        "Cluster",
        db_cluster_identifier=identifier,
        engine="aurora-postgresql",
        engine_version=ENGINE.aurora_postgres_full_version,
        serverless_v2_scaling_configuration=_scaling(*capacity),
        database_name=NAME,
        master_username=USER,
        # Kept in Secrets Manager and rotated every seven days by RDS itself, with no function of ours.
        manage_master_user_password=True,
        enable_iam_database_authentication=True,
        storage_encrypted=True,
        db_subnet_group_name=subnet_group.ref,
        vpc_security_group_ids=[group.security_group_id],
        db_cluster_parameter_group_name=_define_parameters(scope, capacity[1]).ref,
        backup_retention_period=backup_days,
        copy_tags_to_snapshot=True,
        deletion_protection=protected,
        enable_cloudwatch_logs_exports=["postgresql"],
    )
    # Before RDS would make one that keeps its lines for ever.
    log = f"/aws/rds/cluster/{identifier}/postgresql"
    cluster.node.add_dependency(
        define_log_group(scope, "Logs", harmless="statements are not logged", name=log)
    )
    accept(cluster, ACCEPTED_OF_CLUSTER)
    return cluster


def define_instance(scope: Construct, cluster: rds.CfnDBCluster, number: int) -> rds.CfnDBInstance:
    """Define one instance: the writer, then those that take over from it."""
    instance = rds.CfnDBInstance(
        scope,
        f"Instance{number + 1}",
        db_instance_class="db.serverless",
        db_cluster_identifier=cluster.ref,
        engine="aurora-postgresql",
        # Of the first two tiers, readers keep the writer's size, so that one can take over at once.
        promotion_tier=min(number, 1),
        publicly_accessible=False,
        enable_performance_insights=True,
        auto_minor_version_upgrade=True,
    )
    accept(instance, ACCEPTED_OF_INSTANCE)
    return instance


def _scaling(least: float, most: int) -> rds.CfnDBCluster.ServerlessV2ScalingConfigurationProperty:
    return rds.CfnDBCluster.ServerlessV2ScalingConfigurationProperty(
        min_capacity=least,
        max_capacity=most,
        seconds_until_auto_pause=IDLE_BEFORE_PAUSE if least == 0 else None,
    )


def _define_parameters(scope: Construct, capacity: int) -> rds.CfnDBClusterParameterGroup:
    return rds.CfnDBClusterParameterGroup(
        scope,
        "Parameters",
        description="TLS only, connections as the budget counts them",
        family=FAMILY,
        parameters={
            "rds.force_ssl": "1",
            # What the service computes by itself, written down: the budget counts on it.
            "max_connections": str(connections_at(capacity)),
            "log_min_duration_statement": "1000",
            "log_statement": "ddl",
        },
    )

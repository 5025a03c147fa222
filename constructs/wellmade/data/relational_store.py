"""Aurora Serverless v2 behind RDS Proxy."""

from typing import Any

import jsii
from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_rds as rds
from constructs import Construct

from wellmade.data.aurora import NAME, PORT, USER, Database, define_cluster, define_instance
from wellmade.data.connection_bounds import Bound, BudgetRules, bound_of, concurrency_of
from wellmade.data.connection_budget import ConnectionBudget
from wellmade.data.database_alarms import RPO_LAG, DatabaseAlarms, DatabaseThresholds, define_database_alarms
from wellmade.data.database_options import refuse_wrong_database
from wellmade.data.database_proxy import DatabaseProxy
from wellmade.data.database_rules import DatabaseRules
from wellmade.data.global_database import (
    GlobalDatabase,
    GlobalMember,
    define_member,
    global_arn,
    key_of,
    refuse_wrong_global,
)
from wellmade.data.schema_order import SchemaOrder
from wellmade.foundation.graphs import Graph
from wellmade.kit.placement import data_subnets, zones_of
from wellmade.kit.reachability import open_way
from wellmade.kit.refusals import require_between
from wellmade.kit.security_groups import closed_group
from wellmade.kit.synth_checks import check_at_synth
from wellmade.kit.variables import set_variables
from wellmade.kit.workload import AnyWorkload, workload_of


@jsii.implements(ec2.IConnectable)
class RelationalStore(Construct):
    """Keep relational data private, and give workloads no more connections than there are.

    Defines: Aurora PostgreSQL that scales by itself, in isolated subnets, its parameters, log group and
    security groups; a proxy with its role; alarms on capacity, connections and waiting workloads.

    Workloads come through the proxy, over TLS, and prove by IAM who they are. The password behind it is kept
    and rotated every seven days by the service; the proxy alone reads it. What they may hold is added up.

    With a `global_database` it also defines that, an endpoint for reading, an alarm on copies that are late
    and, on the secondary side, a key.

    Example:
        vpc = ec2.Vpc(self, "Vpc", max_azs=2, restrict_default_security_group=False)
        store = RelationalStore(self, "Database", vpc=vpc)
        service = WebService(self, "Shop", vpc=vpc, image="order_api", ingress=Ingress(public=False))
        store.connect(service, connections=5)

    Args:
        vpc: Network with isolated or private subnets in at least two zones, also an imported one.
        vpc_subnets: Where in it, none of them public. Default: the isolated subnets, else the private ones.
        engine_version: Version of Aurora PostgreSQL. Default: 17.5.
        port: Where the database listens; workloads reach the proxy on 5432. Default: 5432.
        database_name: Name of the database that is made. Default: `app`.
        username: Name of its user. Default: `app`.
        min_capacity: Capacity units at rest, in halves, from 0.5: behind a proxy no database pauses. Below 1
            there are 2,000 connections at most. Default: 0.5.
        max_capacity: Most capacity units, 1 to 256; connections grow with it. Default: 4.
        readers: Copies in other zones, 0 to 15, one of which takes over. Default: 1.
        backup_retention: How far back the data can be restored, 1 to 35 days. Default: 7 days.
        deletion_protection: Refuse to delete the database. Default: True.
        encryption_key: Your own key for the data, the password, statistics and log lines; a database that
            exists cannot change it. Default: keys of the services.
        global_database: What it is one of two of. Default: it is alone.
        removal_policy: What happens to the data when it leaves the stack. Default: a snapshot is taken.
        alarm_thresholds: By alarm (`capacity` in percent, `connections`, `borrow_latency` in microseconds,
            `rpo_lag`) the line above which it fires, or None to leave it out. Default: 90, four of five of
            the pool, a second, 5 seconds.

    Raises:
        RefusedError: If an option is out of bounds, the network has no such subnets, workloads may hold more
            connections than the proxy has, or both sides of a global database are one region's; at synth also
            if what is synthesized lets them, is public, lets others in, or keeps the password in one region.
    """

    cluster: rds.CfnDBCluster
    """The database; `cluster.attr_master_user_secret_secret_arn` names the password."""
    instances: list[rds.CfnDBInstance]
    """The writer, then the readers."""
    proxy: rds.CfnDBProxy
    """Where workloads connect."""
    budget: ConnectionBudget
    """What workloads may hold at once."""
    vpc: ec2.IVpc | ec2.Vpc
    """The network that it lies in."""
    order: SchemaOrder
    """Which code waits for which migrations; see `MigrationFunction`."""
    alarms: DatabaseAlarms
    """`capacity`, `connections`, `borrow_latency` and, in a global database, `rpo_lag`."""
    member: GlobalMember | None
    """Of a global database: its resource, and what lets this side write; None where it is alone."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        vpc: ec2.IVpc | ec2.Vpc,
        vpc_subnets: ec2.SubnetSelection | None = None,
        engine_version: rds.AuroraPostgresEngineVersion | None = None,
        port: int = PORT,
        database_name: str = NAME,
        username: str = USER,
        min_capacity: float = 0.5,
        max_capacity: int = 4,
        readers: int = 1,
        backup_retention: Duration | None = None,
        deletion_protection: bool = True,
        encryption_key: kms.IKey | kms.Key | None = None,
        global_database: GlobalDatabase | None = None,
        removal_policy: RemovalPolicy = RemovalPolicy.SNAPSHOT,
        alarm_thresholds: DatabaseThresholds | None = None,
    ) -> None:
        super().__init__(scope, construct_id)
        subnets = data_subnets(self, vpc, vpc_subnets)
        self.vpc, self.order = vpc, SchemaOrder(self)
        self._database = Database(
            version=engine_version or rds.AuroraPostgresEngineVersion.VER_17_5,
            port=port,
            name=database_name,
            user=username,
            capacity=(min_capacity, max_capacity),
            backup_days=(backup_retention or Duration.days(7)).to_days(),
            deletion_protection=deletion_protection,
            key=key_of(self, global_database, encryption_key),
            world=global_database,
        )
        refuse_wrong_database(self, self._database, readers, zones_of(self, subnets))
        refuse_wrong_global(self, global_database, readers)
        self.budget = ConnectionBudget(self, self._database.connections, max_capacity)
        self._bounds: list[Bound] = []
        check_at_synth(self, BudgetRules(self.budget, self._bounds).broken)
        cluster_group = closed_group(self, "ClusterGroup", vpc)
        proxy_group = closed_group(self, "ProxyGroup", vpc)
        self._connections = ec2.Connections(security_groups=[proxy_group], default_port=ec2.Port.tcp(PORT))
        cluster_group.connections.allow_from(proxy_group, ec2.Port.tcp(port), "the proxy and nobody else")
        self.cluster = define_cluster(self, self._database, subnets=subnets, group=cluster_group)
        self.cluster.apply_removal_policy(removal_policy)
        self.instances = [
            define_instance(self, self.cluster, number, self._database) for number in range(1 + readers)
        ]
        self._access = DatabaseProxy(
            self, "Access", cluster=self.cluster, subnets=subnets, group=proxy_group, database=self._database
        )
        self._access.targets.node.add_dependency(*self.instances)
        self.proxy = self._access.resource
        self.member = define_member(self, global_database, self.cluster)
        self.alarms = define_database_alarms(
            self, self.cluster, self.proxy, self.budget.pool, alarm_thresholds, member=self.member
        )
        check_at_synth(self, DatabaseRules(self, self.instances, cluster_group, proxy_group).broken)
        check_at_synth(self, self.order.broken)

    @property
    def connections(self) -> ec2.Connections:
        """The proxy in the network."""
        return self._connections

    def connect(
        self,
        workload: AnyWorkload,
        *,
        connections: int = 1,
        max_concurrency: int | None = None,
        database_name: str | None = None,
        prefix: str = "",
    ) -> None:
        """Let a workload connect through the proxy, tell it where, and keep its connections for it.

        Sets `DATABASE_HOST`, `DATABASE_PORT`, `DATABASE_NAME`, `DATABASE_USER` and `DATABASE_POOL_SIZE`; in a
        global database also `DATABASE_READER_HOST`.

        Args:
            workload: A function in the network, a service or a worker, also of another stack.
            connections: What one copy of it may hold at once: the size of its pool. Default: 1, as a function
                needs.
            max_concurrency: Most copies at once. Default: what the workload says; needed where it reserves
                none.
            database_name: Another database of the cluster, which you have made in it. Default: the
                store's.
            prefix: Before each variable's name, where a workload uses several stores. Default: nothing.

        Raises:
            RefusedError: If all workloads together may hold more than the proxy has, it is not known how many
                copies run at once, the workload is in no network, or something else has set the variables.
        """
        caller = workload_of(self, workload)
        require_between(self, "connections", connections, 1, self.budget.pool, "1 suits a function")
        concurrency = concurrency_of(self, caller, max_concurrency)
        self.budget.book(caller.node.path, concurrency, connections)
        bound = bound_of(workload, caller.node.path, concurrency, connections)
        if bound and max_concurrency is None:
            self._bounds.append(bound)
        variables = self._access.variables(self._database, database_name, connections)
        set_variables(self, workload, variables, prefix=prefix)
        open_way(self, caller, self, PORT, "the database")
        signs = "the database driver, whose token is signed on the spot and checked by the proxy"
        caller.allow(["rds-db:connect"], [self._access.user_arn(self._database.user)], used_by=signs)
        self.order.add_workload(workload)

    def grant_connect(self, grantee: iam.IGrantable) -> iam.Grant:
        """Let `grantee` log in through the proxy as the store's user, and nothing else; see `connect`."""
        users = [self._access.user_arn(self._database.user)]
        return iam.Grant.add_to_principal(grantee=grantee, actions=["rds-db:connect"], resource_arns=users)

    def grant_change_password(self, grantee: iam.IGrantable) -> iam.Grant:
        """Let `grantee` give the database a new password, as `database_rotation` does in a global one."""
        if world := self._database.world:  # of which it asks who writes, and leaves a copy alone
            asking, whole = ["rds:DescribeGlobalClusters"], [global_arn(self, world)]
            iam.Grant.add_to_principal(grantee=grantee, actions=asking, resource_arns=whole)
        changing, own = ["rds:DescribeDBClusters", "rds:ModifyDBCluster"], [self.cluster.attr_db_cluster_arn]
        return iam.Grant.add_to_principal(grantee=grantee, actions=changing, resource_arns=own)

    def metric_database_connections(self, **options: Any) -> cloudwatch.Metric:
        """Return the number of connections to the database; options as for `cloudwatch.Metric`."""
        return self._metric("DatabaseConnections", options)

    def metric_acu_utilization(self, **options: Any) -> cloudwatch.Metric:
        """Return the percentage of the most capacity units; options as for `cloudwatch.Metric`."""
        return self._metric("ACUUtilization", options)

    def metric_rpo_lag(self, **options: Any) -> cloudwatch.Metric:
        """Return how many milliseconds this side is behind the other; options as for `cloudwatch.Metric`."""
        return self._metric(RPO_LAG, {"statistic": "Average", **options})

    @property
    def graphs(self) -> list[Graph]:
        """What `monitor` shows of it."""
        late = [Graph("copies", [self.metric_rpo_lag()])] if self.member else []
        return [
            Graph("connections", [self.metric_database_connections()]),
            Graph("capacity", [self.metric_acu_utilization()]),
            *late,
        ]

    def _metric(self, name: str, options: dict[str, Any]) -> cloudwatch.Metric:
        of_cluster = {"DBClusterIdentifier": self.cluster.ref}
        given = {"statistic": "Maximum", **options}
        return cloudwatch.Metric(metric_name=name, namespace="AWS/RDS", dimensions_map=of_cluster, **given)

"""Valkey for sessions."""

import re
from typing import Any

import jsii
from aws_cdk import ArnFormat, Duration, RemovalPolicy
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticache as elasticache
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct

from wellmade.data.cache_alarms import CacheAlarms, CacheThresholds, define_cache_alarms
from wellmade.data.cache_engine import refuse_wrong_engine
from wellmade.facts.elasticache import NAME_LENGTH, NODES, SNAPSHOT_DAYS, is_window
from wellmade.foundation.graphs import Graph
from wellmade.kit.lookups import stack_of
from wellmade.kit.names import early_name
from wellmade.kit.placement import data_subnets
from wellmade.kit.reachability import open_way
from wellmade.kit.refusals import refusal, require_between
from wellmade.kit.security_groups import closed_group
from wellmade.kit.suppressions import suppress
from wellmade.kit.variables import set_variables
from wellmade.kit.workload import AnyWorkload, workload_of
from wellmade_runtime import variables as named

PORT = 6379
MAINTENANCE = "sun:03:00-sun:04:00"
SESSIONS = "session:"

SUPPRESSED_OF_NODES = {
    "AwsSolutions::AwsSolutions-AEC6": "Workloads log in by IAM, with tokens of 15 minutes and no password.",
}


@jsii.implements(ec2.IConnectable)
class SessionCache(Construct):
    """Keep sessions where every task finds them, and where a lost node logs nobody out.

    Defines: Valkey replication group in isolated subnets, encrypted in transit and at rest, a user that
    proves by IAM who it is and reaches keys under `session:` alone, security group, alarms on each node.

    A liveness check must not ask it: ECS would replace tasks that are well when the cache is away.

    Example:
        vpc = ec2.Vpc(self, "Vpc", max_azs=2, restrict_default_security_group=False)
        cache = SessionCache(self, "Sessions", vpc=vpc)
        service = WebService(self, "Shop", vpc=vpc, image="order_api", ingress=Ingress(public=False))
        cache.connect(service)

    Args:
        vpc: Network with isolated or private subnets, also an imported one.
        vpc_subnets: Where in it, none of them public. Default: the isolated subnets, else the private ones.
        node_type: Size of each node. Default: `cache.t4g.micro`.
        nodes: Nodes in different zones, 1 to 6; with one, a lost zone logs everybody out. Default: 2.
        engine_version: Version of Valkey. Default: 8.0.
        port: Where the nodes listen. Default: 6379.
        key_prefix: What all keys begin with: no other is let. Default: `session:`.
        maintenance_window: When nodes may be replaced, in UTC. Default: `sun:03:00-sun:04:00`.
        snapshot_retention: How long daily snapshots are kept, up to 35 days, or none. Default: 7 days.
        encryption_key: Your own key; a cache that exists cannot change it. Default: one of ElastiCache.
        removal_policy: What happens to the cache when it leaves the stack. Default: it is deleted.
        alarm_thresholds: By alarm (`engine_cpu` and `memory` in percent, `evictions` a minute) the line above
            which it fires on any node, or None to leave it out. Default: 90, 80, 0.

    Raises:
        RefusedError: If an option is out of bounds, there is no such node type or version, the window is not
            one, or the network has no such subnets.
    """

    replication_group: elasticache.CfnReplicationGroup
    """The nodes."""
    user: elasticache.CfnUser
    """Whom workloads log in as."""
    alarms: CacheAlarms
    """`engine_cpu`, `memory` and `evictions` of the first node, `engine_cpu_2` of the second, and so on."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        vpc: ec2.IVpc | ec2.Vpc,
        vpc_subnets: ec2.SubnetSelection | None = None,
        node_type: str = "cache.t4g.micro",
        nodes: int = 2,
        engine_version: str = "8.0",
        port: int = PORT,
        key_prefix: str = SESSIONS,
        maintenance_window: str = MAINTENANCE,
        snapshot_retention: Duration | None = None,
        encryption_key: kms.IKey | kms.Key | None = None,
        removal_policy: RemovalPolicy = RemovalPolicy.DESTROY,
        alarm_thresholds: CacheThresholds | None = None,
    ) -> None:
        super().__init__(scope, construct_id)
        refuse_wrong_engine(self, node_type, engine_version)
        days = (snapshot_retention or Duration.days(7)).to_days()
        self._refuse_wrong(nodes, days, port, key_prefix, maintenance_window)
        self._port = port
        group = closed_group(self, "Group", vpc)
        self._connections = ec2.Connections(security_groups=[group], default_port=ec2.Port.tcp(port))
        self.user = self._define_user(key_prefix)
        subnets = elasticache.CfnSubnetGroup(
            self,
            "Subnets",
            description="Where nothing leads to from outside",
            subnet_ids=[subnet.subnet_id for subnet in data_subnets(self, vpc, vpc_subnets)],
        )
        self.replication_group = elasticache.CfnReplicationGroup(
            self,
            "Nodes",
            replication_group_description="Sessions",
            engine="valkey",
            engine_version=engine_version,
            cache_node_type=node_type,
            num_cache_clusters=nodes,
            automatic_failover_enabled=nodes > 1,
            multi_az_enabled=nodes > 1,
            transit_encryption_enabled=True,
            transit_encryption_mode="required",
            at_rest_encryption_enabled=True,
            kms_key_id=encryption_key.key_arn if encryption_key else None,
            user_group_ids=[self._define_users().ref],
            cache_subnet_group_name=subnets.ref,
            security_group_ids=[group.security_group_id],
            port=port,
            preferred_maintenance_window=maintenance_window,
            snapshot_retention_limit=days,
            auto_minor_version_upgrade=True,
        )
        self.replication_group.apply_removal_policy(removal_policy)
        suppress(self.replication_group, SUPPRESSED_OF_NODES)
        self.alarms = define_cache_alarms(self, self.replication_group, nodes, alarm_thresholds)

    @property
    def connections(self) -> ec2.Connections:
        """The nodes in the network."""
        return self._connections

    def connect(self, workload: AnyWorkload, *, prefix: str = "") -> None:
        """Let a workload connect, and tell it where.

        Sets `CACHE_HOST`, `CACHE_PORT`, `CACHE_NAME` and `CACHE_USER`; the name is what its token is signed
        for.

        Args:
            workload: A function in the network, a service or a worker, also of another stack.
            prefix: Before each variable's name, where a workload uses several caches. Default: nothing.

        Raises:
            RefusedError: If the workload is in no network, or something else has set the variables.
        """
        variables = {
            named.CACHE_HOST: self.replication_group.attr_primary_end_point_address,
            named.CACHE_PORT: str(self._port),
            named.CACHE_NAME: self.replication_group.ref,
            named.CACHE_USER: self.user.user_id,
        }
        set_variables(self, workload, variables, prefix=prefix)
        caller = workload_of(self, workload)
        open_way(self, caller, self, self._port, "the cache")
        signs = "the cache driver, whose token is signed on the spot and checked by the cache"
        caller.allow(["elasticache:Connect"], self._arns, used_by=signs)

    def grant_connect(self, grantee: iam.IGrantable) -> iam.Grant:
        """Let `grantee` log in as the cache's user, and nothing else; see `connect`."""
        return iam.Grant.add_to_principal(
            grantee=grantee, actions=["elasticache:Connect"], resource_arns=self._arns
        )

    def metric_engine_cpu_utilization(self, **options: Any) -> cloudwatch.Metric:
        """Return the percentage of the first node's thread; options as for `cloudwatch.Metric`."""
        return self._metric("EngineCPUUtilization", options)

    def metric_memory_usage(self, **options: Any) -> cloudwatch.Metric:
        """Return the percentage of the first node's memory; options as for `cloudwatch.Metric`."""
        return self._metric("DatabaseMemoryUsagePercentage", options)

    @property
    def graphs(self) -> list[Graph]:
        """What `monitor` shows of it."""
        return [
            Graph("engine CPU", [self.metric_engine_cpu_utilization()]),
            Graph("memory", [self.metric_memory_usage()]),
        ]

    @property
    def _arns(self) -> list[str]:
        """The nodes and the user: both are needed to connect."""
        nodes = stack_of(self).format_arn(
            service="elasticache",
            resource="replicationgroup",
            resource_name=self.replication_group.ref,
            arn_format=ArnFormat.COLON_RESOURCE_NAME,
        )
        return [nodes, self.user.attr_arn]

    def _metric(self, name: str, options: dict[str, Any]) -> cloudwatch.Metric:
        first = {"CacheClusterId": f"{self.replication_group.ref}-001"}
        given = {"statistic": "Maximum", **options}
        return cloudwatch.Metric(metric_name=name, namespace="AWS/ElastiCache", dimensions_map=first, **given)

    def _refuse_wrong(self, nodes: int, days: float, port: int, prefix: str, window: str) -> None:
        require_between(self, "nodes", nodes, *NODES, "2 survive the loss of a zone", rule="service-limit")
        require_between(
            self, "snapshot_retention", days, *SNAPSHOT_DAYS, "7 days are the habit", rule="service-limit"
        )
        require_between(self, "port", port, 1, 65_535, "6379 is what drivers expect", rule="service-limit")
        if not re.fullmatch(r"[\w:.{}-]+", prefix):
            fix = "session: suits most"
            allowed = "letters, digits and :._{}-"
            raise refusal(self, "key_prefix", allowed, repr(prefix), fix)
        if not is_window(window):
            fix = "pick an hour in which few are logged in"
            allowed = "a day and an hour as in sun:03:00-sun:04:00"
            raise refusal(self, "maintenance_window", allowed, repr(window), fix, rule="service-text")

    def _define_user(self, prefix: str) -> elasticache.CfnUser:
        # For IAM the two must be the same.
        name = early_name(self, "User", max_length=NAME_LENGTH)
        return elasticache.CfnUser(
            self,
            "User",
            engine="valkey",
            user_id=name,
            user_name=name,
            # No scripts, no administration, and no key outside of the prefix.
            access_string=f"on ~{prefix}* -@all +@read +@write +@connection +ping",
            authentication_mode={"Type": "iam"},
        )

    def _define_users(self) -> elasticache.CfnUserGroup:
        return elasticache.CfnUserGroup(
            self,
            "Users",
            engine="valkey",
            user_group_id=early_name(self, "Users", max_length=NAME_LENGTH),
            user_ids=[self.user.ref],
        )

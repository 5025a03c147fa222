"""Valkey for sessions."""

import re
from typing import cast

from aws_cdk import ArnFormat
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticache as elasticache
from constructs import Construct

from wellmade.foundation.accepted import accept
from wellmade.foundation.alarms import define_alarm
from wellmade.foundation.caller import NetworkCaller
from wellmade.foundation.names import short_stack_scoped_name
from wellmade.foundation.placement import data_subnets
from wellmade.foundation.refusal import refusal, require_between
from wellmade.foundation.tree import stack_of

PORT = 6379
MAINTENANCE = "sun:03:00-sun:04:00"
_WINDOW = r"(mon|tue|wed|thu|fri|sat|sun):\d\d:\d\d-(mon|tue|wed|thu|fri|sat|sun):\d\d:\d\d"

ONLY_SESSIONS = "on ~session:* -@all +@read +@write +@connection +ping"
"""No scripts, no administration, and no key outside of the prefix."""

ACCEPTED_OF_NODES = {
    "AwsSolutions::AwsSolutions-AEC6": "Callers log in by IAM, with tokens of 15 minutes and no password.",
}


class SessionCache(Construct):
    """Keep sessions where every task finds them, and where a lost node logs nobody out.

    Defines: Valkey replication group in isolated subnets, encrypted in transit and at rest, a user that
    proves by IAM who it is and reaches keys under `session:` alone, security group, alarms on each node.

    A liveness check must not ask it: ECS would replace tasks that are well when the cache is away.

    Example:
        vpc = ec2.Vpc(self, "Vpc", max_azs=2, restrict_default_security_group=False)
        cache = SessionCache(self, "Sessions", vpc=vpc)
        service = WebService(self, "Shop", vpc=vpc, program="order_api", entry=Entry(public=False))
        cache.serve(service)

    Args:
        vpc: Network with isolated or private subnets.
        node_type: Size of each node. Default: `cache.t4g.micro`.
        nodes: Nodes in different zones, 1 to 6; with one, a lost zone logs everybody out. Default: 2.
        maintenance_window: When nodes may be replaced, in UTC. Default: `sun:03:00-sun:04:00`.
        snapshots: Days that daily snapshots are kept, 0 to 35. Default: 7.

    Raises:
        ValueError: If an option is out of bounds, the window is not one, or the network has no such subnets.
    """

    replication_group: elasticache.CfnReplicationGroup
    """The nodes."""
    user: elasticache.CfnUser
    """Whom callers log in as."""
    connections: ec2.Connections
    """The nodes in the network."""
    alarms: list[cloudwatch.Alarm]
    """On processor, memory and evictions of each node."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        vpc: ec2.IVpc,
        node_type: str = "cache.t4g.micro",
        nodes: int = 2,
        maintenance_window: str = MAINTENANCE,
        snapshots: int = 7,
    ) -> None:
        super().__init__(scope, construct_id)
        require_between(self, "nodes", nodes, 1, 6, "2 survive the loss of a zone")
        require_between(self, "snapshots", snapshots, 0, 35, "7 days are the habit")
        self._refuse_window(maintenance_window)
        group = ec2.SecurityGroup(self, "Group", vpc=vpc, allow_all_outbound=False)
        self.connections = ec2.Connections(security_groups=[group], default_port=ec2.Port.tcp(PORT))
        self.user = self._define_user()
        users = elasticache.CfnUserGroup(
            self,
            "Users",
            engine="valkey",
            user_group_id=short_stack_scoped_name(self, "Users"),
            user_ids=[self.user.ref],
        )
        subnets = elasticache.CfnSubnetGroup(
            self,
            "Subnets",
            description="Where nothing leads to from outside",
            subnet_ids=[subnet.subnet_id for subnet in data_subnets(self, vpc)],
        )
        self.replication_group = elasticache.CfnReplicationGroup(
            self,
            "Nodes",
            replication_group_description="Sessions",
            engine="valkey",
            engine_version="8.0",
            cache_node_type=node_type,
            num_cache_clusters=nodes,
            automatic_failover_enabled=nodes > 1,
            multi_az_enabled=nodes > 1,
            transit_encryption_enabled=True,
            transit_encryption_mode="required",
            at_rest_encryption_enabled=True,
            user_group_ids=[users.ref],
            cache_subnet_group_name=subnets.ref,
            security_group_ids=[group.security_group_id],
            port=PORT,
            preferred_maintenance_window=maintenance_window,
            snapshot_retention_limit=snapshots,
            auto_minor_version_upgrade=True,
        )
        accept(self.replication_group, ACCEPTED_OF_NODES)
        self.alarms = [alarm for number in range(nodes) for alarm in self._define_alarms(number + 1)]

    def serve(self, caller: NetworkCaller) -> None:
        """Let a caller connect, and tell it where.

        Sets `CACHE_HOST`, `CACHE_PORT`, `CACHE_NAME` and `CACHE_USER`; the name is what its token is signed
        for.
        """
        self.connections.allow_default_port_from(cast(ec2.IConnectable, caller), "a caller")
        variables = {
            "CACHE_HOST": self.replication_group.attr_primary_end_point_address,
            "CACHE_PORT": str(PORT),
            "CACHE_NAME": self.replication_group.ref,
            "CACHE_USER": self.user.user_id,
        }
        for name, value in variables.items():
            caller.add_environment(name, value)
        signs = "the cache driver, whose token is signed on the spot and checked by the cache"
        nodes = stack_of(self).format_arn(
            service="elasticache",
            resource="replicationgroup",
            resource_name=self.replication_group.ref,
            arn_format=ArnFormat.COLON_RESOURCE_NAME,
        )
        caller.allow(["elasticache:Connect"], [nodes, self.user.attr_arn], called_by=signs)

    def _refuse_window(self, window: str) -> None:
        if not re.fullmatch(_WINDOW, window):
            fix = "pick an hour in which few are logged in"
            allowed = "a day and an hour as in sun:03:00-sun:04:00"
            raise refusal(self, "maintenance_window", allowed, repr(window), fix)

    def _define_user(self) -> elasticache.CfnUser:
        # For IAM the two must be the same.
        name = short_stack_scoped_name(self, "User")
        return elasticache.CfnUser(
            self,
            "User",
            engine="valkey",
            user_id=name,
            user_name=name,
            access_string=ONLY_SESSIONS,
            authentication_mode={"Type": "iam"},
        )

    def _define_alarms(self, number: int) -> list[cloudwatch.Alarm]:
        lines = {
            "EngineCPUUtilization": (90, "The node's one thread is busy. Take a larger node_type."),
            "DatabaseMemoryUsagePercentage": (80, "Memory runs out; sessions will be evicted."),
            "Evictions": (0, "Sessions are thrown away for lack of memory: people are logged out."),
        }
        return [
            define_alarm(
                self,
                f"{metric}{number}",
                metric=metric,
                namespace="AWS/ElastiCache",
                dimensions={"CacheClusterId": f"{self.replication_group.ref}-{number:03}"},
                above=above,
                description=description,
            )
            for metric, (above, description) in lines.items()
        ]

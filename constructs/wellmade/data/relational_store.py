"""Aurora Serverless v2 behind RDS Proxy."""

from typing import cast

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_rds as rds
from constructs import Construct

from wellmade.data.aurora import NAME, PORT, USER, define_cluster, define_instance
from wellmade.data.connection_budget import CONNECTIONS, ConnectionBudget
from wellmade.data.database_alarms import define_database_alarms
from wellmade.data.database_proxy import DatabaseProxy
from wellmade.foundation.caller import NetworkCaller
from wellmade.foundation.placement import data_subnets, zones_of
from wellmade.foundation.refusal import refusal, refusal_message, require_between
from wellmade.foundation.synth_check import check_at_synth
from wellmade.foundation.tree import stack_of


class RelationalStore(Construct):
    """Keep relational data private, and give callers no more connections than there are.

    Defines: Aurora PostgreSQL that scales by itself, in isolated subnets, its parameters, log group and
    security groups; a proxy with its role; alarms on capacity, connections and waiting callers.

    Callers come through the proxy, over TLS, and prove by IAM who they are. The password behind it is kept
    and rotated every seven days by the service, and only the proxy reads it. What callers may hold at once
    is added up while the stack is defined.

    Example:
        vpc = ec2.Vpc(self, "Vpc", max_azs=2, restrict_default_security_group=False)
        store = RelationalStore(self, "Database", vpc=vpc)
        service = WebService(self, "Shop", vpc=vpc, program="order_api", entry=Entry(public=False))
        store.serve(service, connections=5)

    Args:
        vpc: Network with isolated or private subnets in at least two zones.
        minimum_capacity: Capacity units at rest, in halves; 0 pauses after five idle minutes. Default: 0.5.
        maximum_capacity: Most capacity units, 1 to 256; connections grow with it. Default: 4.
        readers: Copies in other zones, 0 to 15, one of which takes over. Default: 1.
        backup_retention: How far back the data can be restored, 1 to 35 days. Default: 7 days.
        protected: Refuse to delete the database. Default: True.
        removal_policy: What happens to the data when it leaves the stack. Default: a snapshot is taken.

    Raises:
        ValueError: If an option is out of bounds, the network has no such subnets, or callers may hold more
            connections than the proxy has; at synth also if somebody reached through and made it public, or
            let anybody but the proxy in.
    """

    cluster: rds.CfnDBCluster
    """The database; `cluster.attr_master_user_secret_secret_arn` names the password."""
    proxy: rds.CfnDBProxy
    """Where callers connect."""
    budget: ConnectionBudget
    """What callers may hold at once."""
    connections: ec2.Connections
    """The proxy in the network."""
    alarms: list[cloudwatch.Alarm]
    """On capacity, connections and waiting callers."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        vpc: ec2.IVpc,
        minimum_capacity: float = 0.5,
        maximum_capacity: int = 4,
        readers: int = 1,
        backup_retention: Duration | None = None,
        protected: bool = True,
        removal_policy: RemovalPolicy = RemovalPolicy.SNAPSHOT,
    ) -> None:
        super().__init__(scope, construct_id)
        days = (backup_retention or Duration.days(7)).to_days()
        subnets = data_subnets(self, vpc)
        self._refuse_wrong(minimum_capacity, maximum_capacity, readers, days, zones_of(subnets))
        self.budget = ConnectionBudget(self, maximum_capacity)
        self._cluster_group = ec2.SecurityGroup(self, "ClusterGroup", vpc=vpc, allow_all_outbound=False)
        self._proxy_group = ec2.SecurityGroup(self, "ProxyGroup", vpc=vpc, allow_all_outbound=False)
        self.connections = ec2.Connections(
            security_groups=[self._proxy_group], default_port=ec2.Port.tcp(PORT)
        )
        self._cluster_group.connections.allow_from(
            self._proxy_group, ec2.Port.tcp(PORT), "the proxy and nobody else"
        )
        self.cluster = define_cluster(
            self,
            subnets=subnets,
            group=self._cluster_group,
            capacity=(minimum_capacity, maximum_capacity),
            backup_days=days,
            protected=protected,
        )
        self.cluster.apply_removal_policy(removal_policy)
        self.instances = [define_instance(self, self.cluster, number) for number in range(1 + readers)]
        proxy = DatabaseProxy(self, "Access", cluster=self.cluster, subnets=subnets, group=self._proxy_group)
        proxy.targets.node.add_dependency(*self.instances)
        self.proxy, self._user_arn = proxy.resource, proxy.user_arn(USER)
        self.alarms = define_database_alarms(self, self.cluster, self.proxy, self.budget.pool)
        check_at_synth(self, self._opened)

    def serve(self, caller: NetworkCaller, *, connections: int) -> None:
        """Let a caller connect through the proxy, tell it where, and keep its connections for it.

        Sets `DATABASE_HOST`, `DATABASE_PORT`, `DATABASE_NAME`, `DATABASE_USER` and `DATABASE_POOL_SIZE`.

        Args:
            caller: A function in the network, a service or a worker.
            connections: What one copy of it may hold at once: the size of its pool, 1 for a function.

        Raises:
            ValueError: If all callers together may hold more than the proxy has, or it is in no network.
        """
        self.budget.book(caller.node.path, caller.copies, connections)
        self.connections.allow_default_port_from(cast(ec2.IConnectable, caller), "a caller")
        variables = {
            "DATABASE_HOST": self.proxy.attr_endpoint,
            "DATABASE_PORT": str(PORT),
            "DATABASE_NAME": NAME,
            "DATABASE_USER": USER,
            "DATABASE_POOL_SIZE": str(connections),
        }
        for name, value in variables.items():
            caller.add_environment(name, value)
        signs = "the database driver, whose token is signed on the spot and checked by the proxy"
        caller.allow(["rds-db:connect"], [self._user_arn], called_by=signs)

    def _refuse_wrong(self, least: float, most: int, readers: int, days: float, zones: int) -> None:
        require_between(self, "maximum_capacity", most, min(CONNECTIONS), 256, "4 suits most services")
        require_between(self, "minimum_capacity", least, 0, most, "0.5 is the least that never sleeps")
        require_between(self, "readers", readers, 0, 15, "1 takes over when a zone is lost")
        require_between(self, "backup_retention", days, 1, 35, "7 days are the habit")
        if zones < 2:
            raise refusal(self, "vpc", "in at least 2 zones", zones, "Aurora keeps its data in several")

    def _opened(self) -> list[str]:
        public = [each for each in self.instances if each.publicly_accessible is not False]
        found = [
            refusal_message(each, "publicly_accessible", "False", each.publicly_accessible, "data is private")
            for each in public
        ]
        return found + [self._only_the_proxy(path) for path in self._let_in()]

    def _let_in(self) -> list[str]:
        """Return the rules by which others than the proxy reach the cluster."""
        rendered = stack_of(self).resolve
        ours = rendered(self._proxy_group.security_group_id)
        rules = [
            rule
            for rule in self._cluster_group.node.find_all()
            if isinstance(rule, ec2.CfnSecurityGroupIngress)
        ]
        return [rule.node.path for rule in rules if rendered(rule.source_security_group_id) != ours]

    def _only_the_proxy(self, path: str) -> str:
        fix = "callers run out of connections without it; use serve"
        return refusal_message(self, "cluster", "reached by its proxy alone", f"opened by {path}", fix)

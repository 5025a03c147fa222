"""One side of a service that runs in two regions."""

from collections.abc import Sequence
from typing import Any, cast

from aws_cdk import RemovalPolicy
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_route53 as route53
from constructs import Construct

from wellmade.facts.regions import Side
from wellmade.foundation.graphs import Graph
from wellmade.foundation.on_demand_table import allow_table
from wellmade.kit.refusals import refusal
from wellmade.kit.variables import set_variables
from wellmade.kit.workload import AnyWorkload
from wellmade.resilience.pair_alarms import (
    PairAlarms,
    PairThresholds,
    define_pair_alarms,
    replication_metric,
)
from wellmade.resilience.pair_options import RegionEntry, ReplicatedTable, Routing
from wellmade.resilience.pair_routing import define_entry
from wellmade.resilience.pair_rules import (
    refuse_lost_counts,
    refuse_same_region,
    refuse_unknown_words,
    refuse_wrong_entry,
    witness_of,
)
from wellmade.resilience.pair_table import define_table, named_table
from wellmade_runtime.variables import REGION_SIDE, TABLE_NAME, WRITES_AT_HOME


class RegionPair(Construct):
    """Run a service in two regions, so that one goes on when the other fails; this is one side of it.

    Defines: on the primary side the global table with its replica in the other region; on both, where an
    `entry` is given, a health check and the records of the common name; alarms on replication that is late,
    on throttled reads and writes and, in us-east-1, on the health check.

    Each region has a stack of its own with a pair in it, and no stack refers to the other. Deploy the primary
    one first. The table is described once, and both sides are given that.

    What a failure of a region loses depends on the table. With strong consistency: nothing that was
    acknowledged. With eventual consistency, where the last writer wins: writes of the failed region that the
    other did not have yet are not seen until that region is back, and are lost if their item was written in
    the other region meanwhile; so is, of two writes to one item in both regions within the latency of
    replication, the earlier one, although both were acknowledged and both conditions held. Nothing else is.

    With `home_regions` each tenant is written in one region alone (`wellmade_runtime.home_regions`), so that
    only moving a tenant can lose a write: move it after its region has failed, or replication has caught up.

    Example:
        orders = ReplicatedTable("orders", partition_key="pk")
        pair = RegionPair(self, "Orders", side="primary", other_region="eu-central-1", table=orders)

    Args:
        side: `primary` or `secondary`; the primary one defines the table, and with `failover` gets all
            requests while it is healthy.
        other_region: The region of the other side.
        table: What both sides keep.
        entry: The name that both answer under. Default: there is none; you lead callers to both yourself.
        routing: `failover` sends all requests to the primary side while it is healthy, `latency` each to the
            region that is nearer while that is healthy. Default: `failover`.
        home_regions: Whether workloads write each tenant in its home region alone; their code sees to that.
            Default: False.
        removal_policy: What happens to the table when it leaves the stack; a retained one is also protected
            against deletion. Default: it is retained.
        alarm_thresholds: By alarm (`replication_latency`, `read_throttles`, `write_throttles`, `unhealthy`)
            the line above which it fires, and below which for `unhealthy`, or None to leave it out. Default:
            5 seconds, 0, 0, 1.

    Raises:
        RefusedError: If a word is none of those named, both sides are of one region, strong consistency is
            not offered for these regions or with a time to live, both regions count what the last writer
            wins, or the health check asks under the common name.
    """

    table: dynamodb.ITable
    """The replica of this region."""
    resource: dynamodb.CfnGlobalTable | None
    """The table's resource, for properties that this class has no option for; None on the secondary side."""
    health_check: route53.HealthCheck | None
    """What decides whether this region is in use; None without an entry."""
    alarms: PairAlarms
    """`replication_latency`, `read_throttles`, `write_throttles` and `unhealthy`."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        side: Side,
        other_region: str,
        table: ReplicatedTable,
        entry: RegionEntry | None = None,
        routing: Routing = "failover",
        home_regions: bool = False,
        removal_policy: RemovalPolicy = RemovalPolicy.RETAIN,
        alarm_thresholds: PairThresholds | None = None,
    ) -> None:
        super().__init__(scope, construct_id)
        refuse_unknown_words(self, side, routing, table)
        refuse_same_region(self, other_region)
        refuse_lost_counts(self, table, routing, home_regions=home_regions)
        is_strong = table.consistency == "strong"
        witness = witness_of(self, table, other_region) if is_strong else None
        self._side, self._home_regions = side, home_regions
        self._name, self._receiving = table.table_name, None if is_strong else other_region
        self.resource = None
        if side == "primary":
            self.resource = define_table(self, table, other_region, witness, removal_policy)
        self.table = named_table(self, self.resource.ref if self.resource else table.table_name)
        self.health_check = None
        if entry:
            refuse_wrong_entry(self, entry)
            self.health_check = define_entry(self, entry, side, routing)
        self.alarms = define_pair_alarms(
            self, self.table.table_name, self._receiving, self.health_check, alarm_thresholds
        )

    def connect(self, workload: AnyWorkload, *, actions: Sequence[str], prefix: str = "") -> None:
        """Let a workload of this region make these calls on its replica, and set where it is.

        Sets `TABLE_NAME`, `REGION_SIDE` and, with home regions, `WRITES_AT_HOME`.

        Args:
            workload: What makes the calls.
            actions: Whole names, such as `dynamodb:PutItem`.
            prefix: Before the variables' names, where a workload has several tables. Default: nothing.

        Raises:
            RefusedError: If something else has set the variables, or an action has a wildcard.
        """
        variables = {TABLE_NAME: self.table.table_name, REGION_SIDE: self._side}
        if self._home_regions:
            variables[WRITES_AT_HOME] = "true"
        set_variables(self, workload, variables, prefix=prefix)
        allow_table(self.table, workload, actions)

    def grant_read(self, grantee: iam.IGrantable) -> iam.Grant:
        """Let `grantee` read single items of this region's replica."""
        return self._grant(grantee, ["dynamodb:GetItem", "dynamodb:Query"])

    def grant_write(self, grantee: iam.IGrantable) -> iam.Grant:
        """Let `grantee` put, change and delete single items in this region's replica."""
        return self._grant(grantee, ["dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"])

    def metric_replication_latency(self, **options: Any) -> cloudwatch.Metric:
        """Return how long a write of this side takes to the other; options as for `cloudwatch.Metric`.

        Raises:
            RefusedError: If the table has strong consistency: the other side has a write before it is
                acknowledged, so AWS measures nothing.
        """
        if self._receiving is None:
            fix = "leave the metric out: the other side has a write before it is acknowledged"
            raise refusal(self, "table.consistency", "eventual", "strong", fix)
        return replication_metric(self.table.table_name, self._receiving, options)

    @property
    def graphs(self) -> list[Graph]:
        """What `monitor` shows of it."""
        throttled = [
            cloudwatch.Metric(
                namespace="AWS/DynamoDB",
                metric_name=f"{way}ThrottleEvents",
                dimensions_map={"TableName": self.table.table_name},
                statistic="Sum",
            )
            for way in ("Read", "Write")
        ]
        late = [Graph("replication", [self.metric_replication_latency()])] if self._receiving else []
        return [*late, Graph("throttled", cast(Any, throttled))]

    def _grant(self, grantee: iam.IGrantable, actions: Sequence[str]) -> iam.Grant:
        arns = [self.table.table_arn]
        return iam.Grant.add_to_principal(grantee=grantee, actions=list(actions), resource_arns=arns)

"""A Kinesis stream."""

from typing import Any, cast

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_kinesis as kinesis
from aws_cdk import aws_kms as kms
from constructs import Construct

from wellmade.facts.kinesis import LONGEST_RETENTION_HOURS, RETENTION_HOURS
from wellmade.foundation.alarms import define_alarms
from wellmade.foundation.graphs import Graph
from wellmade.foundation.stream_alarms import StreamAlarms, StreamThresholds, throttle_specs
from wellmade.kit.lookups import default_child, path_of, seconds
from wellmade.kit.refusals import refusal, require_between
from wellmade.kit.suppressions import suppress
from wellmade.kit.variables import set_variables
from wellmade.kit.workload import AnyWorkload, workload_of
from wellmade_runtime.variables import STREAM_NAME

OWN_KEY = {"AwsSolutions::AwsSolutions-KDS3": "It is encrypted with a key of one's own."}


class EventStream(kinesis.Stream):
    """Keep records in the order of their keys, for several consumers that read them independently.

    Defines: stream, encrypted, with on-demand capacity; alarms on throttled writes and reads.

    It is a `kinesis.Stream`. Records of one key stay in order and go to one shard, so the key needs many
    values: a user, an order, never a date or a country.

    Example:
        clicks = EventStream(self, "Clicks")

    Args:
        retention: How long records can be read again, 24 hours to 365 days. Default: 7 days.
        shards: Shards that are always there, each for 1 MB or 1,000 records a second. Default: on-demand
            capacity.
        encryption_key: Your own key; connected producers and consumers are let use it. Default: the one that
            AWS keeps for Kinesis.
        removal_policy: What happens to the stream when it leaves the stack. Default: it is retained.
        alarm_thresholds: By alarm (`write_throttles`, `read_throttles`) the count in a minute above which it
            fires, or None to leave it out. Default: 0 each.

    Raises:
        RefusedError: If the retention or the number of shards is out of bounds.
    """

    alarms: StreamAlarms
    """`write_throttles` and `read_throttles`."""
    retention: Duration
    """How long records can be read again."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        retention: Duration | None = None,
        shards: int | None = None,
        encryption_key: kms.IKey | kms.Key | None = None,
        removal_policy: RemovalPolicy = RemovalPolicy.RETAIN,
        alarm_thresholds: StreamThresholds | None = None,
    ) -> None:
        kept = retention or Duration.days(7)
        _refuse_wrong(f"{path_of(scope)}/{construct_id}", kept, shards)
        on_demand = shards is None
        super().__init__(
            scope,
            construct_id,
            stream_mode=kinesis.StreamMode.ON_DEMAND if on_demand else kinesis.StreamMode.PROVISIONED,
            shard_count=shards,
            encryption=kinesis.StreamEncryption.KMS if encryption_key else kinesis.StreamEncryption.MANAGED,
            encryption_key=cast(Any, encryption_key),
            retention_period=kept,
            removal_policy=removal_policy,
        )
        self.retention = kept
        if encryption_key:
            suppress(self, OWN_KEY)
        self.alarms = define_alarms(StreamAlarms, self, throttle_specs(self.stream_name), alarm_thresholds)

    @property
    def resource(self) -> kinesis.CfnStream:
        """The CloudFormation resource, for properties that this class has no option for."""
        return cast(kinesis.CfnStream, default_child(self))

    @property
    def graphs(self) -> list[Graph]:
        """What `monitor` shows of it."""
        written, read = self.metric_incoming_records(), self.metric_get_records()
        return [
            Graph("records", [written, read]),
            Graph(
                "throttles",
                [
                    self.metric_write_provisioned_throughput_exceeded(),
                    self.metric_read_provisioned_throughput_exceeded(),
                ],
            ),
            Graph("oldest record read", [self.metric_get_records_iterator_age_milliseconds()]),
        ]

    def connect(self, workload: AnyWorkload, *, prefix: str = "") -> None:
        """Let a workload write records, and set where in its variable `STREAM_NAME`.

        Args:
            workload: What writes.
            prefix: Before the variable's name, where a workload has several streams. Default: nothing.

        Raises:
            RefusedError: If something else has set the variable.
        """
        set_variables(self, workload, {STREAM_NAME: self.stream_name}, prefix=prefix)
        writer, key = workload_of(self, workload), self.encryption_key
        writer.allow(["kinesis:PutRecords"], [self.stream_arn], keyed=key is not None)
        if key:
            writer.allow(
                ["kms:GenerateDataKey"], [key.key_arn], used_by="Kinesis, to encrypt what is written"
            )


def _refuse_wrong(path: str, retention: Duration, shards: int | None) -> None:
    hours = seconds(retention) / 3600
    fix = "7 days outlast a long weekend"
    require_between(
        path, "retention in hours", hours, RETENTION_HOURS, LONGEST_RETENTION_HOURS, fix, rule="service-limit"
    )
    if hours % 1:
        raise refusal(path, "retention", "whole hours", retention, "round it up")
    if shards is not None and shards < 1:
        raise refusal(
            path, "shards", "at least 1", shards, "leave it out for on-demand capacity", rule="service-limit"
        )

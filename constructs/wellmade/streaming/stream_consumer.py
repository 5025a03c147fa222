"""What every pattern is that reads a stream: a function, its source, and where failed records go."""

from collections.abc import Mapping, Sequence
from typing import Any

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs

from wellmade.foundation.alarms import AlarmSpec, define_alarms, refuse_unknown_alarms
from wellmade.foundation.function_alarms import (
    FUNCTION_THRESHOLDS,
    FunctionAlarms,
    FunctionThresholds,
    destination_failures,
)
from wellmade.foundation.function_option import FunctionPattern, Handling
from wellmade.foundation.graphs import Graph
from wellmade.foundation.source_policy import SourceGrant, allow_source
from wellmade.kit.lookups import path_of, seconds
from wellmade.kit.synth_checks import check_at_synth
from wellmade.streaming.on_failure import failed_records_alarm, sending_to
from wellmade.streaming.stream_rules import Retention, StreamRules
from wellmade.streaming.stream_source import StreamReading, read_stream

WINDOW = Duration.seconds(1)
FALLS_BEHIND = (
    "The function falls behind the stream: a quarter of the time is over that records may wait. See its "
    "errors and its duration, then raise parallelization_factor or its memory."
)


class StreamConsumerAlarms(FunctionAlarms):
    """Alarms of a function that reads a stream."""

    failed_records: cloudwatch.Alarm
    """Messages in the on-failure queue, each of which reports records that were given up."""
    iterator_age: cloudwatch.Alarm
    """Age of the last record read, in milliseconds."""
    destination_failures: cloudwatch.Alarm
    """Reports of records given up that did not reach the on-failure queue, in a minute."""


class StreamConsumerThresholds(FunctionThresholds, total=False):
    """Thresholds of these alarms; None leaves one out."""

    failed_records: float | None
    iterator_age: float | Duration | None
    destination_failures: float | None


class StreamConsumer(FunctionPattern):
    """A function that reads a stream, under the names that all such patterns share."""

    source: lambda_.EventSourceMapping
    """What hands records of the stream to the function."""
    on_failure_queue: sqs.IQueue
    """Tells which records were given up, as their places in the stream; the records stay there."""
    alarms: StreamConsumerAlarms
    """`failed_records`, `iterator_age`, `destination_failures`, `errors`, `throttles` and `duration`."""

    def grant_consume_messages(self, grantee: iam.IGrantable) -> iam.Grant:
        """Let `grantee` take messages from the on-failure queue; see `sqs.Queue.grant_consume_messages`."""
        return self.on_failure_queue.grant_consume_messages(grantee)

    def metric_failed_records(self, **options: Any) -> cloudwatch.Metric:
        """Return the number of messages in the on-failure queue; options as for `sqs.Queue.metric`."""
        return self.on_failure_queue.metric_approximate_number_of_messages_visible(**options)

    def metric_iterator_age(self, **options: Any) -> cloudwatch.Metric:
        """Return the age of the last record read in milliseconds; options as for `Function.metric`."""
        return self.function.metric("IteratorAge", **{"statistic": "Maximum", **options})

    @property
    def graphs(self) -> list[Graph]:
        """What `monitor` shows of it."""
        function = self.function
        return [
            Graph("iterator age", [self.metric_iterator_age()]),
            Graph(
                "failures",
                [
                    function.metric_errors(),
                    function.metric_throttles(),
                    self.metric_failed_records(label="given up"),
                ],
            ),
            Graph("duration", [function.metric_duration(statistic=each) for each in ("p50", "p99")]),
        ]

    def _read(
        self,
        source_arn: str,
        handling: Handling,
        reading: StreamReading,
        reads: Sequence[SourceGrant],
        *,
        retention: Retention,
        thresholds: Mapping[str, Any] | None,
    ) -> None:
        """Let the function read a stream; the on-failure queue must have been set."""
        self._use(handling)
        grants = [*reads, *sending_to(self.on_failure_queue)]
        policy = allow_source(self, "Read", handling, grants)
        self.source = read_stream(self, source_arn, handling, reading, self.on_failure_queue, policy)
        self.alarms = self._define_alarms(reading, thresholds)
        check_at_synth(self, StreamRules(self, self.source, retention).broken)

    def _define_alarms(
        self, reading: StreamReading, thresholds: Mapping[str, Any] | None
    ) -> StreamConsumerAlarms:
        of_function = self._handling.alarms
        specs = {
            "failed_records": failed_records_alarm(self.on_failure_queue),
            # While there is time to act: a quarter of what records may wait before they are given up.
            "iterator_age": AlarmSpec(
                "IteratorAge",
                "IteratorAge",
                "AWS/Lambda",
                {"FunctionName": self.function.function_name},
                seconds(reading.max_record_age) * 1000 / 4,
                FALLS_BEHIND,
                in_milliseconds=True,
            ),
            "destination_failures": destination_failures(self.function.function_name),
        }
        refuse_unknown_alarms(self, thresholds, {**specs, **dict.fromkeys(FUNCTION_THRESHOLDS)})
        own = {name: value for name, value in (thresholds or {}).items() if name in specs}
        found = define_alarms(StreamConsumerAlarms, self, specs, own)
        return StreamConsumerAlarms(path_of(self), {**found.by_name(), **of_function.by_name()})

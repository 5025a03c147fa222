"""Kinesis to Lambda."""

from collections.abc import Mapping, Sequence
from typing import Any

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_kinesis as kinesis
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from wellmade.facts.kinesis import CONSUMER_NAME_LENGTH, RECORD_KEYS
from wellmade.foundation.function_option import FunctionOption, handling
from wellmade.foundation.queue_option import Queue
from wellmade.foundation.source_policy import SourceGrant
from wellmade.kit.environments import refuse_elsewhere
from wellmade.kit.names import early_name
from wellmade.streaming.on_failure import failures_of
from wellmade.streaming.stream_consumer import WINDOW, StreamConsumer, StreamConsumerThresholds
from wellmade.streaming.stream_option import (
    Stream,
    age_within,
    reading_of,
    refuse_retention_of_known,
    retention_as_synthesized,
    retention_of,
)
from wellmade.streaming.stream_source import StartingPosition, StreamReading, refuse_wrong_reading

OLDEST = lambda_.StartingPosition.TRIM_HORIZON


class StreamProcessor(StreamConsumer):
    """Read a stream beside other consumers; a bad record is isolated and holds up no other for long.

    Defines: function, event source mapping, on-failure queue, alarms on records that were given up, on the
    age of what is read, on reports that did not reach the queue, and on errors, throttles and
    duration of the function; of these what it is not given.

    A batch that fails is cut in two until the bad record is alone; after 3 retries its place in the stream
    goes to `on_failure_queue` and the shard goes on. Records of one key are processed in order, and may come
    twice. A stream runs at most its shards times `parallelization_factor` copies of the function at once.

    Example:
        clicks = EventStream(self, "Clicks")
        counters = StreamProcessor(self, "Counters", stream=clicks, function="click_counters")

    Args:
        stream: What is read: an `EventStream`, any `kinesis.Stream`, or an imported one.
        function: The `Path` of your own folder, a `PythonFunction`, any `lambda_.IFunction`, or the name of a
            handler that travels with this library.
        batch_size: Most records of a batch, 1 to 10,000. Default: 100.
        max_batching_window: Longest wait for a batch to fill, up to 5 minutes. Default: 1 second.
        filters: Filters on records, as event source mappings write them; one of up to 5 must match. Default:
            every record.
        parallelization_factor: Batches of one shard at once, 1 to 10, each of other keys. Default: 1.
        max_record_age: How old a record may be before it is given up, 1 minute to 7 days. Default: half of
            the stream's retention, at most 24 hours.
        starting_position: The oldest record, the next one (`LATEST`), or the first since a `datetime`.
            Default: the oldest.
        enhanced_fan_out: Read with 2 MB a second and shard of its own, which is paid by the hour. Default:
            share them with other consumers.
        stream_retention: How long an imported stream keeps records; needed where `max_record_age` is over 24
            hours. Default: 24 hours, the least that a stream has.
        on_failure_queue: Your own standard queue. Default: one is defined and keeps messages 14 days.
        encryption_key: Your own key for the queue that is defined here. Default: one of SQS.
        removal_policy: What happens to that queue when it leaves the stack. Default: it is retained.
        alarm_thresholds: By alarm (`failed_records`, `iterator_age`, `destination_failures`, and
            those of the function) the line above which it fires, or None to leave it out. Default: 0, a
            quarter of `max_record_age`, 0; of the function as for a `PythonFunction`, without `concurrency`.

    Raises:
        RefusedError: If an option is out of bounds, the stream forgets before records are given up, or
            something that is needed cannot be read of an imported resource; at synth also if what is
            synthesized breaks one of the rules above.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        stream: Stream,
        function: FunctionOption,
        batch_size: int = 100,
        max_batching_window: Duration = WINDOW,
        filters: Sequence[Mapping[str, Any]] = (),
        parallelization_factor: int = 1,
        max_record_age: Duration | None = None,
        starting_position: StartingPosition = OLDEST,
        enhanced_fan_out: bool = False,
        stream_retention: Duration | None = None,
        on_failure_queue: Queue | None = None,
        encryption_key: kms.IKey | kms.Key | None = None,
        removal_policy: RemovalPolicy = RemovalPolicy.RETAIN,
        alarm_thresholds: StreamConsumerThresholds | None = None,
    ) -> None:
        super().__init__(scope, construct_id)
        refuse_elsewhere(self, "stream", stream, imported=["region"])
        refuse_retention_of_known(self, stream, stream_retention)
        retention = retention_of(stream, stream_retention)
        reading = StreamReading(
            batch_size,
            max_batching_window,
            filters,
            parallelization_factor,
            age_within(self, stream, max_record_age, retention),
            starting_position,
        )
        refuse_wrong_reading(self, reading, retention, RECORD_KEYS)
        worker = handling(self, function, alarm_thresholds=alarm_thresholds, waits=True)
        failed = failures_of(self, on_failure_queue, encryption_key, removal_policy)
        self.on_failure_queue: sqs.IQueue = failed
        reads, arn = reading_of(stream), stream.stream_arn
        if enhanced_fan_out:
            arn = self._define_fan_out(arn)
            reads.append(_reading_of_fan_out(arn))
        known = retention_as_synthesized(stream, retention)
        self._read(arn, worker, reading, reads, retention=known, thresholds=alarm_thresholds)

    def _define_fan_out(self, stream_arn: str) -> str:
        name = early_name(self, "FanOut", max_length=CONSUMER_NAME_LENGTH)
        consumer = kinesis.CfnStreamConsumer(self, "FanOut", consumer_name=name, stream_arn=stream_arn)
        return consumer.attr_consumer_arn


def _reading_of_fan_out(consumer_arn: str) -> SourceGrant:
    actions = ("kinesis:SubscribeToShard", "kinesis:DescribeStreamConsumer")
    return SourceGrant(actions, (consumer_arn,), "the event source, to read with a throughput of its own")

"""Kinesis to Lambda."""

from collections.abc import Mapping
from pathlib import Path

from aws_cdk import Duration
from aws_cdk import aws_kinesis as kinesis
from constructs import Construct

from wellmade.streaming.event_stream import EventStream
from wellmade.streaming.stream_consumer import StreamConsumer


class StreamProcessor(StreamConsumer):
    """Read a stream beside other consumers; a bad record is isolated and holds up no other for long.

    Defines: function, event source mapping, queue of records given up, alarms on those, on the age of what is
    read, on errors and on throttles.

    A batch that fails is cut in two until the bad record is alone; after 3 retries its place in the stream is
    told to `failures` and the shard goes on. Records of one key are processed in order, and may come twice.

    Example:
        clicks = EventStream(self, "Clicks")
        counters = StreamProcessor(self, "Counters", stream=clicks, package="click_counters")

    Args:
        stream: What is read.
        package: Name of a handler that travels with this library, or the `Path` of your own.
        environment: Variables for the handler; no secrets. Default: none.
        timeout: Most time for one batch of up to 100, up to 15 minutes; a call that hangs holds up its shard
            for a part of it. Default: 60 seconds.
        concurrency: Most copies at once: shards times `parallelization`. Default: 10.
        parallelization: Batches of one shard at once, 1 to 10, each of other keys. Default: 1.
        maximum_record_age: How old a record may be before it is given up, 1 minute to 7 days. Default: 24
            hours.
        enhanced_fan_out: Read with 2 MB a second and shard of its own, which is paid by the hour. Default:
            share them with other consumers.

    Raises:
        ValueError: If an option is out of bounds or the stream forgets before records are given up; at synth
            also if somebody reached through to the mapping and broke one of the rules above.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        stream: EventStream,
        package: str | Path,
        environment: Mapping[str, str] | None = None,
        timeout: Duration | None = None,
        concurrency: int = 10,
        parallelization: int = 1,
        maximum_record_age: Duration | None = None,
        enhanced_fan_out: bool = False,
    ) -> None:
        super().__init__(scope, construct_id)
        function = self._define_function(package, environment, timeout, concurrency)
        arn = stream.stream.stream_arn
        function.allow(
            [
                "kinesis:DescribeStream",
                "kinesis:DescribeStreamSummary",
                "kinesis:GetRecords",
                "kinesis:GetShardIterator",
                "kinesis:ListShards",
            ],
            [arn],
            called_by="the event source, to read the stream",
        )
        self._read(
            self._define_fan_out(arn) if enhanced_fan_out else arn,
            maximum_record_age=maximum_record_age or Duration.hours(24),
            retention=stream.retention,
            parallelization=parallelization,
        )

    def _define_fan_out(self, stream_arn: str) -> str:
        consumer = kinesis.CfnStreamConsumer(
            self, "FanOut", consumer_name=self.node.id, stream_arn=stream_arn
        )
        self.function.allow(
            ["kinesis:SubscribeToShard", "kinesis:DescribeStreamConsumer"],
            [consumer.attr_consumer_arn],
            called_by="the event source, to read with a throughput of its own",
        )
        return consumer.attr_consumer_arn

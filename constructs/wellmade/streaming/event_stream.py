"""A Kinesis stream."""

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_kinesis as kinesis
from constructs import Construct

from wellmade.foundation.alarms import define_alarm
from wellmade.foundation.caller import Caller
from wellmade.foundation.names import stack_scoped_name
from wellmade.foundation.refusal import require_between
from wellmade.foundation.tree import seconds


class EventStream(Construct):
    """Keep records in the order of their keys, for several consumers that read them independently.

    Defines: stream with on-demand capacity, encrypted, alarms on refused writes and reads.

    Records of one key stay in order and go to one shard, so the key needs many values: a user, an order,
    never a date or a country.

    Example:
        clicks = EventStream(self, "Clicks")

    Args:
        retention: How long records can be read again, 24 hours to 365 days. Default: 7 days.
        removal_policy: What happens to the stream when it leaves the stack. Default: it is retained.

    Raises:
        ValueError: If the retention is out of bounds.
    """

    stream: kinesis.Stream
    """Where producers write."""
    alarms: list[cloudwatch.Alarm]

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        retention: Duration | None = None,
        removal_policy: RemovalPolicy = RemovalPolicy.RETAIN,
    ) -> None:
        super().__init__(scope, construct_id)
        self.retention = retention or Duration.days(7)
        hours = seconds(self.retention) / 3600
        require_between(self, "retention in hours", hours, 24, 8760, "7 days outlast a long weekend")
        self.stream = kinesis.Stream(
            self,
            "Stream",
            stream_name=stack_scoped_name(self, "Stream", max_length=128),
            stream_mode=kinesis.StreamMode.ON_DEMAND,
            encryption=kinesis.StreamEncryption.MANAGED,
            retention_period=self.retention,
            removal_policy=removal_policy,
        )
        self.alarms = [
            self._alarm("RefusedWrites", "WriteProvisionedThroughputExceeded", "Producers are refused"),
            self._alarm("RefusedReads", "ReadProvisionedThroughputExceeded", "Consumers are refused"),
        ]

    def serve(self, producer: Caller) -> None:
        """Let a handler write records, and tell it where in `STREAM_NAME`."""
        producer.add_environment("STREAM_NAME", self.stream.stream_name)
        producer.allow(["kinesis:PutRecords"], [self.stream.stream_arn])

    def _alarm(self, construct_id: str, metric: str, what: str) -> cloudwatch.Alarm:
        return define_alarm(
            self,
            construct_id,
            metric=metric,
            namespace="AWS/Kinesis",
            dimensions={"StreamName": self.stream.stream_name},
            statistic="Sum",
            above=0,
            description=f"{what}: a key is hot, or traffic doubled within minutes.",
        )

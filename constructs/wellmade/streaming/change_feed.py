"""DynamoDB Streams to Lambda."""

from collections.abc import Mapping, Sequence
from typing import Any

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from wellmade.facts.dynamodb import CHANGE_KEYS, STREAM_RETENTION
from wellmade.foundation.function_option import FunctionOption, handling
from wellmade.foundation.queue_option import Queue
from wellmade.kit.environments import refuse_elsewhere
from wellmade.kit.refusals import refusal
from wellmade.kit.synth_checks import check_at_synth
from wellmade.streaming.on_failure import failures_of
from wellmade.streaming.stream_consumer import WINDOW, StreamConsumer, StreamConsumerThresholds
from wellmade.streaming.stream_source import StreamReading, refuse_wrong_reading
from wellmade.streaming.table_option import Table, TableRules, reading_of, stream_arn_of

POSITIONS = (lambda_.StartingPosition.TRIM_HORIZON, lambda_.StartingPosition.LATEST)


class ChangeFeed(StreamConsumer):
    """Act on what changes in a table, in the order of each key.

    Defines: function, event source mapping, on-failure queue, alarms on changes that were given up, on the
    age of what is read, on reports that did not reach the queue, and on errors, throttles and
    duration of the function; of these what it is not given. The table's stream, with
    old and new images, where it is off.

    As with `StreamProcessor`, a bad change is isolated, tried again 3 times and given up. A table has room
    for two readers of its stream.

    Example:
        table = OnDemandTable(self, "Orders", partition_key="order_id")
        inserts = [{"eventName": ["INSERT"]}]
        feed = ChangeFeed(self, "Feed", table=table, function="case_opener", filters=inserts)

    Args:
        table: Whose changes are read: any `dynamodb.Table` or `TableV2`, of this stack or another, or one
            that is imported with the ARN of its stream. A stream that is on keeps its view type; that of a
            `TableV2` must be on (`dynamo_stream`).
        function: The `Path` of your own folder, a `PythonFunction`, any `lambda_.IFunction`, or the name of a
            handler that travels with this library.
        batch_size: Most changes of a batch, 1 to 10,000. Default: 100.
        max_batching_window: Longest wait for a batch to fill, up to 5 minutes. Default: 1 second.
        filters: Filters on changes, as event source mappings write them; one of up to 5 must match. Default:
            every change.
        parallelization_factor: Batches of one shard at once, 1 to 10, each of other keys. Default: 1.
        max_record_age: How old a change may be before it is given up, 1 minute to 24 hours. Default: 12
            hours.
        starting_position: The oldest change, or the next one (`LATEST`). Default: the oldest.
        on_failure_queue: Your own standard queue. Default: one is defined and keeps messages 14 days.
        encryption_key: Your own key for the queue that is defined here. Default: one of SQS.
        removal_policy: What happens to that queue when it leaves the stack. Default: it is retained.
        alarm_thresholds: By alarm (`failed_records`, `iterator_age`, `destination_failures`, and
            those of the function) the line above which it fires, or None to leave it out. Default: 0, a
            quarter of `max_record_age`, 0; of the function as for a `PythonFunction`, without `concurrency`.

    Raises:
        RefusedError: If an option is out of bounds, or the table is imported without its stream; at synth
            also if a filter compares an image that the table's stream does not show, or what is synthesized
            breaks one of the rules above.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        table: Table,
        function: FunctionOption,
        batch_size: int = 100,
        max_batching_window: Duration = WINDOW,
        filters: Sequence[Mapping[str, Any]] = (),
        parallelization_factor: int = 1,
        max_record_age: Duration | None = None,
        starting_position: lambda_.StartingPosition = POSITIONS[0],
        on_failure_queue: Queue | None = None,
        encryption_key: kms.IKey | kms.Key | None = None,
        removal_policy: RemovalPolicy = RemovalPolicy.RETAIN,
        alarm_thresholds: StreamConsumerThresholds | None = None,
    ) -> None:
        super().__init__(scope, construct_id)
        if starting_position not in POSITIONS:
            got, fix = starting_position.name, "a table's stream knows no moments"
            raise refusal(self, "starting_position", "TRIM_HORIZON or LATEST", got, fix, rule="source-filter")
        refuse_elsewhere(self, "table", table, imported=["region"])
        reading = StreamReading(
            batch_size,
            max_batching_window,
            filters,
            parallelization_factor,
            max_record_age or Duration.seconds(STREAM_RETENTION / 2),
            starting_position,
        )
        refuse_wrong_reading(self, reading, STREAM_RETENTION, CHANGE_KEYS)
        worker = handling(self, function, alarm_thresholds=alarm_thresholds, waits=True)
        failed = failures_of(self, on_failure_queue, encryption_key, removal_policy)
        self.on_failure_queue: sqs.IQueue = failed
        check_at_synth(self, TableRules(self, table, filters).broken)
        arn = stream_arn_of(self, table)
        self._read(
            arn,
            worker,
            reading,
            reading_of(table, arn),
            retention=lambda _: STREAM_RETENTION,
            thresholds=alarm_thresholds,
        )

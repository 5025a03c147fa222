"""DynamoDB Streams to Lambda."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

from aws_cdk import Duration
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from wellmade.streaming.stream_consumer import StreamConsumer

RETENTION = Duration.hours(24)
"""How long a table's stream keeps changes; nobody can change that."""


class ChangeFeed(StreamConsumer):
    """Act on what changes in a table, in the order of each key.

    Defines: the table's stream with old and new images, function, event source mapping with filters, queue
    of changes given up, alarms on those, on the age of what is read, on errors and on throttles.

    As with `StreamProcessor`, a bad change is isolated, tried again 3 times and given up. A table has room
    for two readers of its stream.

    Example:
        table = OnDemandTable(self, "Orders", partition_key="order_id")
        feed = ChangeFeed(self, "Feed", table=table, package="case_opener", where=[{"eventName": ["INSERT"]}])

    Args:
        table: Whose changes are read.
        package: Name of a handler that travels with this library, or the `Path` of your own.
        environment: Variables for the handler; no secrets. Default: none.
        where: Filters on changes, as event source mappings write them; one of up to 5 must match. Default:
            every change.
        timeout: Most time for one batch of up to 100, up to 15 minutes; a call that hangs holds up its shard
            for a part of it. Default: 60 seconds.
        concurrency: Most copies at once. Default: 10.
        parallelization: Batches of one shard at once, 1 to 10, each of other keys. Default: 1.
        maximum_record_age: How old a change may be before it is given up, 1 minute to 24 hours. Default: 12
            hours.

    Raises:
        ValueError: If an option is out of bounds; at synth also if somebody reached through to the mapping
            and broke one of the rules above.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        table: dynamodb.Table,
        package: str | Path,
        environment: Mapping[str, str] | None = None,
        where: Sequence[Mapping[str, Any]] = (),
        timeout: Duration | None = None,
        concurrency: int = 10,
        parallelization: int = 1,
        maximum_record_age: Duration | None = None,
    ) -> None:
        super().__init__(scope, construct_id)
        function = self._define_function(package, environment, timeout, concurrency)
        resource = cast(dynamodb.CfnTable, table.node.default_child)
        resource.stream_specification = dynamodb.CfnTable.StreamSpecificationProperty(
            stream_view_type="NEW_AND_OLD_IMAGES"
        )
        function.allow(
            [
                "dynamodb:DescribeStream",
                "dynamodb:GetRecords",
                "dynamodb:GetShardIterator",
                "dynamodb:ListStreams",
            ],
            [resource.attr_stream_arn],
            called_by="the event source, to read the stream",
        )
        self._read(
            resource.attr_stream_arn,
            maximum_record_age=maximum_record_age or Duration.hours(12),
            retention=RETENTION,
            parallelization=parallelization,
            filter_criteria=_criteria(where) if where else None,
        )


def _criteria(where: Sequence[Mapping[str, Any]]) -> lambda_.CfnEventSourceMapping.FilterCriteriaProperty:
    """Return filters as a mapping takes them: each as JSON text."""
    return lambda_.CfnEventSourceMapping.FilterCriteriaProperty(
        filters=[lambda_.CfnEventSourceMapping.FilterProperty(pattern=json.dumps(each)) for each in where]
    )

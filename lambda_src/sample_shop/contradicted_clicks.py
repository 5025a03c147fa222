"""Clicks that contradict an earlier one of their id: set apart at once, since no delivery helps.

Left to the stream they would be tried again while the clicks behind them in their shard wait, so that one
caller could hold up others.
"""

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aws_lambda_powertools import Logger

from sample_shop.clicks import Click
from wellmade_runtime.idempotent_counter import MARKER_RETENTION_SECONDS
from wellmade_runtime.identity import partition_key
from wellmade_runtime.metrics import count

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

METRIC = "ContradictedClicks"
KIND = "contradicted"
"""What keys of their items begin with."""


@dataclass(frozen=True, slots=True)
class ContradictedClicks:
    """Items at `contradicted#<click>` beside what a reader knows, for 35 days, and a metric with an alarm.

    Args:
        dynamodb: The client.
        table: The reader's table; its partition key is `pk`.
        logger: Told of each, by its place in the stream; the archive of the stream has what it says.
    """

    dynamodb: "DynamoDBClient"
    table: str
    logger: Logger

    def set_apart(self, click: Click, sequence_number: str) -> None:
        """Note where a click is in the stream; noted again, it changes nothing but the count."""
        expires = int(time.time()) + MARKER_RETENTION_SECONDS
        self.dynamodb.put_item(
            TableName=self.table,
            Item={
                "pk": {"S": partition_key(KIND, click.identity)},
                "sequence_number": {"S": sequence_number},
                "expiration": {"N": str(expires)},
            },
        )
        self.logger.warning("contradicts an earlier click", extra={"sequence_number": sequence_number})
        count(METRIC, service=self.logger.service)

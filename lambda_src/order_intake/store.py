"""The event bus that orders are published on, and what each number was used for."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from sample_shop.order_placed import NAME
from wellmade_runtime.identity import FINGERPRINT, fingerprint, partition_key, refuse_contradiction

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_events.type_defs import PutEventsRequestEntryTypeDef

SOURCE = "shop.orders"
RETENTION_SECONDS = 10 * 366 * 24 * 60 * 60
"""How long a number is taken: notes to customers and the workflow's claim of an order never expire."""
REPEATED_SECONDS = 7 * 24 * 60 * 60
"""How long an order may be sent again. Those who count know it for 35 days; until one that is published again
has passed a queue and its dead-letter queue, 14 days each, must be fewer."""


class UsedBeforeError(Exception):
    """The number was used for an order so long ago that nobody can tell whether this is the same one."""


class NotPublishedError(Exception):
    """The bus did not take the event; whoever asked may ask again."""


@dataclass(frozen=True, slots=True)
class Hub:
    """Where events are published.

    Args:
        events: Client for the bus.
        bus: Its name.
        dynamodb: Client for the table.
        table: Keeps what each number was used for, so that another order with the same number is refused
            before anybody hears of it; its partition key is `id`.
    """

    events: "EventBridgeClient"
    bus: str
    dynamodb: "DynamoDBClient"
    table: str

    def publish(self, detail: Mapping[str, Any]) -> None:
        """Say that an order was placed; again for one that was, since nobody may have heard the answer.

        Raises:
            ContradictionError: If the number was used for an order with other contents.
            UsedBeforeError: If it was used more than a week ago.
            NotPublishedError: If the bus did not take it; it may answer 200 also then.
        """
        try:
            self._claim(detail)
        except (BotoCoreError, ClientError) as error:
            raise NotPublishedError(_reason(error)) from None
        self._put(detail)

    def _claim(self, detail: Mapping[str, Any]) -> None:
        """Note what the number is used for, unless that was noted before."""
        now = int(time.time())
        try:
            self.dynamodb.put_item(
                TableName=self.table,
                Item={
                    "id": {"S": partition_key("order", detail["order_id"])},
                    FINGERPRINT: {"S": fingerprint(detail)},
                    "claimed_at": {"N": str(now)},
                    "expiration": {"N": str(now + RETENTION_SECONDS)},
                },
                ConditionExpression="attribute_not_exists(id)",
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except self.dynamodb.exceptions.ConditionalCheckFailedException as error:
            kept: Any = error.response
            refuse_contradiction(kept["Item"], detail, "order")
            if int(kept["Item"].get("claimed_at", {"N": now})["N"]) < now - REPEATED_SECONDS:
                raise UsedBeforeError from None

    def _put(self, detail: Mapping[str, Any]) -> None:
        entry: PutEventsRequestEntryTypeDef = {
            "EventBusName": self.bus,
            "Source": SOURCE,
            "DetailType": NAME,
            "Detail": json.dumps(detail),
        }
        try:
            answer = self.events.put_events(Entries=[entry])
        except (BotoCoreError, ClientError) as error:
            raise NotPublishedError(_reason(error)) from None
        if answer["FailedEntryCount"]:
            refused = answer["Entries"][0]
            raise NotPublishedError(refused["ErrorCode"])


def _reason(error: BotoCoreError | ClientError) -> str:
    """Say what failed without the text of the service, which may repeat what was sent."""
    return error.response["Error"]["Code"] if isinstance(error, ClientError) else type(error).__name__

"""Work that is begun, done and completed, so that somebody else can finish what a crash left between.

The item says what to do, not only that it was begun: a reconciler needs no message to finish it. The work
itself must be idempotent, since it is done again where nobody knows how far it came.
"""

import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from wellmade_runtime.due_items import DueItems, due_at
from wellmade_runtime.identity import ContradictionError, partition_key

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

PENDING, DONE = "pending", "done"
IN_USE = 10 * 60
"""Seconds after which pending work belongs to nobody any more: longer than any invocation that began it is
given in this project, queues and retries included."""


@dataclass(frozen=True, slots=True)
class Pending:
    """Work that was begun and not completed."""

    key: str
    work: "Mapping[str, Any]"


@dataclass(frozen=True, slots=True)
class WorkLog:
    """An item for each piece of work; needs `dynamodb:PutItem`, `dynamodb:UpdateItem`, `dynamodb:Query`.

    Args:
        dynamodb: The client.
        table: The table; its partition key is `pk`, its index as `DueItems` tells.
    """

    dynamodb: "DynamoDBClient"
    table: str

    def begin(self, key: str, work: "Mapping[str, Any]", *, now: float | None = None) -> bool:
        """Note that work begins; return False where it was completed before.

        Work that is pending is begun again: its delivery has come back.

        Raises:
            ContradictionError: If it was begun before with other contents.
            KeyTooLongError: If the key is over DynamoDB's 2,048 bytes.
        """
        begun, written = time.time() if now is None else now, json.dumps(work, sort_keys=True)
        item = {
            "pk": {"S": partition_key(key)},
            "state": {"S": PENDING},
            "work": {"S": written},
            **due_at(key, begun + IN_USE),
        }
        try:
            self.dynamodb.put_item(
                TableName=self.table,
                Item=item,
                ConditionExpression="attribute_not_exists(pk) OR (#state = :pending AND #work = :work)",
                ExpressionAttributeNames={"#state": "state", "#work": "work"},
                ExpressionAttributeValues={":pending": {"S": PENDING}, ":work": {"S": written}},
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except self.dynamodb.exceptions.ConditionalCheckFailedException as error:
            kept: Any = error.response.get("Item", {})
            if kept.get("work", {}).get("S") != written:
                raise ContradictionError("work with this key was begun before with other contents") from None
            return False
        return True

    def completion(self, key: str) -> "TransactWriteItemTypeDef":
        """Return the write that completes work, for a transaction; its condition fails where it is done."""
        update: Any = {"TableName": self.table, **_completed(key)}
        return {"Update": update}

    def complete(self, key: str) -> None:
        """Complete work; completing it again changes nothing."""
        try:
            self.dynamodb.update_item(TableName=self.table, **_completed(key))
        except self.dynamodb.exceptions.ConditionalCheckFailedException:
            return

    def abandoned(self, now: float) -> "Iterator[Pending]":
        """Yield the work that has been pending for over 10 minutes."""
        for item in DueItems(self.dynamodb, self.table).until(now):
            yield Pending(item["pk"]["S"], json.loads(item["work"]["S"]))


def _completed(key: str) -> Any:
    return {
        "Key": {"pk": {"S": partition_key(key)}},
        "UpdateExpression": "SET #state = :done REMOVE due, due_shard",
        "ConditionExpression": "#state = :pending",
        "ExpressionAttributeNames": {"#state": "state"},
        "ExpressionAttributeValues": {":done": {"S": DONE}, ":pending": {"S": PENDING}},
    }

"""Scores by user, each of a place in the stream."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fraud_score.domain import Score
from sample_shop.clicks import Click
from wellmade_runtime.idempotent_counter import idempotency_marker
from wellmade_runtime.identity import is_repetition, partition_key
from wellmade_runtime.transactions import transact

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

_DIGITS = 60
"""More than a sequence number has, which is too long to be compared as a number of the table."""


class ConcurrentUpdateError(Exception):
    """Another invocation scored this user meanwhile; the record comes again and is judged anew."""


def place(sequence_number: str) -> str:
    """Return a sequence number as text that sorts as the number does."""
    return sequence_number.zfill(_DIGITS)


@dataclass(frozen=True, slots=True)
class Store:
    """The table of scores at `user#<user>`, with a marker at `scored#<click>` for each click."""

    dynamodb: "DynamoDBClient"
    table: str

    def get(self, user: str) -> Score | None:
        """Return what is known of a user."""
        answer = self.dynamodb.get_item(
            TableName=self.table, Key={"pk": {"S": partition_key("user", user)}}, ConsistentRead=True
        )
        item = answer.get("Item")
        if item is None:
            return None
        return Score(
            sequence=item["sequence"]["S"],
            recent=tuple(float(moment["N"]) for moment in item["recent"]["L"]),
            clicks=int(item["clicks"]["N"]),
            suspicious=item["suspicious"]["BOOL"],
        )

    def put(self, click: Click, before: Score | None, score: Score) -> bool:
        """Replace what was known, unless somebody else did; return False for a click that was scored before.

        A redelivered click is known by its place; one that its producer wrote twice, by its id.

        Raises:
            ConcurrentUpdateError: If what is known is no longer `before`.
            ContradictionError: If a click of this id said something else before.
        """
        marker = idempotency_marker(self.table, partition_key("scored", click.identity), click.contents())
        writes = [marker, self._replace(click.user, before, score)]
        try:
            transact(self.dynamodb, writes)
        except self.dynamodb.exceptions.TransactionCanceledException as error:
            if is_repetition(error, click.contents(), "click"):
                return False
            if error.response["CancellationReasons"][1]["Code"] == "ConditionalCheckFailed":
                raise ConcurrentUpdateError("the user was scored by another invocation") from error
            raise
        return True

    def _replace(self, user: str, before: Score | None, score: Score) -> "TransactWriteItemTypeDef":
        return {
            "Put": {
                "TableName": self.table,
                "Item": {
                    "pk": {"S": partition_key("user", user)},
                    "sequence": {"S": score.sequence},
                    "recent": {"L": [{"N": str(moment)} for moment in score.recent]},
                    "clicks": {"N": str(score.clicks)},
                    "suspicious": {"BOOL": score.suspicious},
                },
                "ConditionExpression": "attribute_not_exists(pk) OR #sequence = :was",
                "ExpressionAttributeNames": {"#sequence": "sequence"},
                "ExpressionAttributeValues": {":was": {"S": before.sequence if before else "none"}},
            }
        }

"""Scores by user, each of a place in the stream."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fraud_score.domain import Score
from wellmade_runtime.idempotent_counter import idempotency_marker
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
    """The table of scores by user, with a mark for each click that was scored."""

    dynamodb: "DynamoDBClient"
    table: str

    def get(self, user: str) -> Score | None:
        """Return what is known of a user."""
        answer = self.dynamodb.get_item(TableName=self.table, Key={"pk": {"S": user}}, ConsistentRead=True)
        item = answer.get("Item")
        if item is None:
            return None
        return Score(
            sequence=item["sequence"]["S"],
            recent=tuple(float(moment["N"]) for moment in item["recent"]["L"]),
            clicks=int(item["clicks"]["N"]),
            suspicious=item["suspicious"]["BOOL"],
        )

    def put(self, user: str, click_id: str, before: Score | None, score: Score) -> bool:
        """Replace what was known, unless somebody else did; return False for a click that was scored before.

        A redelivered click is known by its place; one that its producer wrote twice, by its id.

        Raises:
            ConcurrentUpdateError: If what is known is no longer `before`.
        """
        writes = [idempotency_marker(self.table, f"scored#{click_id}"), self._replace(user, before, score)]
        try:
            transact(self.dynamodb, writes)
        except self.dynamodb.exceptions.TransactionCanceledException as error:
            marked, replaced = (reason["Code"] for reason in error.response["CancellationReasons"])
            if marked == "ConditionalCheckFailed":
                return False
            if replaced == "ConditionalCheckFailed":
                raise ConcurrentUpdateError(f"{user} was scored by another invocation") from error
            raise
        return True

    def _replace(self, user: str, before: Score | None, score: Score) -> "TransactWriteItemTypeDef":
        return {
            "Put": {
                "TableName": self.table,
                "Item": {
                    "pk": {"S": user},
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

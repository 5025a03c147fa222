"""Scores by user, each of a place in the stream."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fraud_score.domain import Score

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_DIGITS = 60
"""More than a sequence number has, which is too long to be compared as a number of the table."""


class OvertakenError(Exception):
    """Another invocation scored this user meanwhile; the record comes again and is judged anew."""


def place(sequence_number: str) -> str:
    """Return a sequence number as text that sorts as the number does."""
    return sequence_number.zfill(_DIGITS)


@dataclass(frozen=True, slots=True)
class Store:
    """The table of scores."""

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

    def put(self, user: str, before: Score | None, score: Score) -> None:
        """Replace what was known, unless somebody else did.

        Raises:
            OvertakenError: If it is no longer `before`.
        """
        try:
            self.dynamodb.put_item(
                TableName=self.table,
                Item={
                    "pk": {"S": user},
                    "sequence": {"S": score.sequence},
                    "recent": {"L": [{"N": str(moment)} for moment in score.recent]},
                    "clicks": {"N": str(score.clicks)},
                    "suspicious": {"BOOL": score.suspicious},
                },
                ConditionExpression="attribute_not_exists(pk) OR #sequence = :was",
                ExpressionAttributeNames={"#sequence": "sequence"},
                ExpressionAttributeValues={":was": {"S": before.sequence if before else "none"}},
            )
        except self.dynamodb.exceptions.ConditionalCheckFailedException as error:
            raise OvertakenError(f"{user} was scored by another invocation") from error

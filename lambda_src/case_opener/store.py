"""The cases that people look at."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from case_opener.domain import Case

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@dataclass(frozen=True, slots=True)
class Store:
    """The table of cases, one a user."""

    dynamodb: "DynamoDBClient"
    table: str

    def open(self, case: Case) -> bool:
        """Open a case; return False when it is open already, and leave it as it is."""
        try:
            self.dynamodb.put_item(
                TableName=self.table,
                Item={"pk": {"S": case.user}, "clicks": {"N": str(case.clicks)}},
                ConditionExpression="attribute_not_exists(pk)",
            )
        except self.dynamodb.exceptions.ConditionalCheckFailedException:
            return False
        return True

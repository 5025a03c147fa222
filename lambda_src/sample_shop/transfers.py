"""Transfers that the bank fetches, by payout."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sample_shop.payout import Payout

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

TRANSFERS = "TRANSFERS_TABLE_NAME"
"""Variable with the table's name."""


@dataclass(frozen=True, slots=True)
class Transfers:
    """The table of transfers; needs `dynamodb:PutItem`."""

    dynamodb: "DynamoDBClient"
    table: str

    def put(self, payout: Payout) -> None:
        """Write a transfer; writing it again changes nothing."""
        self.dynamodb.put_item(
            TableName=self.table,
            Item={
                "pk": {"S": payout.payout_id},
                "account": {"S": payout.account},
                "cents": {"N": str(payout.cents)},
            },
        )

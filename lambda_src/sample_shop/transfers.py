"""Transfers that the bank fetches, by payout, each signed with a key that is rotated."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sample_shop.payout import Payout
from wellmade_runtime.secrets import Secrets

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

TRANSFERS = "TRANSFERS_TABLE_NAME"
"""Variable with the table's name."""


def signature(work: Mapping[str, Any], key: str) -> str:
    """Return how the bank knows a transfer as ours; it takes the current key and the one before."""
    return hmac.new(key.encode(), json.dumps(work, sort_keys=True).encode(), hashlib.sha256).hexdigest()


@dataclass(frozen=True, slots=True)
class Transfers:
    """The table of transfers; needs `dynamodb:PutItem`, and to read the key."""

    dynamodb: "DynamoDBClient"
    table: str
    secrets: Secrets
    key: str
    """ARN of the secret that signs."""

    def put(self, payout: Payout) -> None:
        """Write a transfer; writing it again changes nothing."""
        self.dynamodb.put_item(
            TableName=self.table,
            Item={
                "pk": {"S": payout.payout_id},
                "account": {"S": payout.account},
                "cents": {"N": str(payout.cents)},
                "signature": {"S": signature(payout.work(), self.secrets.fields(self.key)["key"])},
            },
        )

"""The table of carts."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from wellmade_runtime.due_items import DueItems
from wellmade_runtime.run_leases import Lease

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@dataclass(frozen=True, slots=True)
class Store:
    """Carts by id, each due when it expires."""

    dynamodb: "DynamoDBClient"
    table: str

    def expired(self, now: float) -> Iterator[str]:
        """Yield the carts that have expired."""
        return (item["pk"]["S"] for item in DueItems(self.dynamodb, self.table).until(now))

    def delete(self, cart: str, now: float, lease: Lease) -> bool:
        """Delete a cart; return False where its owner has come back meanwhile.

        Raises:
            LeaseLostError: If another run has taken over.
        """
        condition = {
            "ConditionExpression": "due <= :now",
            "ExpressionAttributeValues": {":now": {"N": f"{now:.3f}"}},
        }
        write: Any = {"Delete": {"TableName": self.table, "Key": {"pk": {"S": cart}}, **condition}}
        return lease.write(write)

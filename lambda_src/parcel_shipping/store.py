"""The parcels."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared.deed import Deeds
from shared.order import Order

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@dataclass(frozen=True, slots=True)
class Parcels:
    """A table with the state of each parcel, by order."""

    dynamodb: "DynamoDBClient"
    table: str

    def ship(self, order: Order) -> None:
        """Hand a parcel over, once.

        Raises:
            UndoneError: If it was cancelled before.
        """
        Deeds(self.dynamodb, self.table).do(f"parcel#{order.order_id}")

    def cancel(self, order: Order) -> None:
        """Take a parcel back, once; one that was not handed over cannot be any more."""
        Deeds(self.dynamodb, self.table).undo(f"parcel#{order.order_id}")

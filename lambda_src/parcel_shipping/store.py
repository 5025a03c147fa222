"""The parcels."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sample_shop.order import Order
from wellmade_runtime.compensation import CompensationLog

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
            AlreadyCompensatedError: If it was cancelled before.
            ContradictionError: If another parcel was shipped for the same order.
        """
        CompensationLog(self.dynamodb, self.table).apply(
            f"parcel#{order.order_id}", contents=order.contents()
        )

    def cancel(self, order: Order) -> None:
        """Take a parcel back, once; one that was not handed over cannot be any more.

        Raises:
            ContradictionError: If another parcel was shipped for the same order.
        """
        CompensationLog(self.dynamodb, self.table).compensate(
            f"parcel#{order.order_id}", contents=order.contents()
        )

"""What a payout is."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from wellmade_runtime.messages import text, whole_number


@dataclass(frozen=True, slots=True)
class Payout:
    """Money for a seller, paid once."""

    payout_id: str
    account: str
    cents: int

    def work(self) -> dict[str, Any]:
        """Return what must be known to pay it."""
        return {"payout_id": self.payout_id, "account": self.account, "cents": self.cents}


def payout_of(message: Mapping[str, Any]) -> Payout:
    """Read a payout; fields that it does not know are left to later versions.

    Raises:
        InvalidMessageError: If a field is missing or out of bounds.
    """
    return Payout(
        payout_id=text(message, "payout_id"),
        account=text(message, "account"),
        cents=whole_number(message, "cents", least=1, most=100_000_000),
    )

"""What can be shipped."""

from sample_shop.order import Order

MOST_PIECES = 100
"""What one parcel takes."""


class NotShippableError(Exception):
    """No parcel takes this order; no repetition fixes that."""


def refuse_unshippable(order: Order) -> None:
    """Raise unless the order fits into a parcel.

    Raises:
        NotShippableError: If it does not.
    """
    if order.pieces > MOST_PIECES:
        raise NotShippableError(f"the order has {order.pieces} pieces, a parcel takes {MOST_PIECES}")

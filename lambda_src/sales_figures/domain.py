"""What an order adds to the figures of its day."""

from collections.abc import Mapping

from sample_shop.order_placed import OrderPlaced


def amounts(order: OrderPlaced) -> Mapping[str, int]:
    """Return one order and its turnover for the day in which it was placed, by currency."""
    day = f"{order.placed_at.partition('T')[0]}#{order.currency}"
    return {f"orders#{day}": 1, f"turnover_cents#{day}": order.total_cents}

"""What an order adds to the figures of its day."""

from collections.abc import Mapping

from shared.order_placed import OrderPlaced


def amounts(order: OrderPlaced) -> Mapping[str, Mapping[str, int]]:
    """Return one order and its turnover for the day in which it was placed, by currency."""
    day = order.placed_at.partition("T")[0]
    return {f"day#{day}#{order.currency}": {"orders": 1, "turnover_cents": order.total_cents}}

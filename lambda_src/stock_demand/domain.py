"""What an order asks of the warehouse."""

from collections import Counter
from collections.abc import Mapping

from sample_shop.order_placed import OrderPlaced


def amounts(order: OrderPlaced) -> Mapping[str, Mapping[str, int]]:
    """Return the pieces of each article; an article may stand on several lines."""
    pieces: Counter[str] = Counter()
    for line in order.lines:
        pieces[f"sku#{line.sku}"] += line.quantity
    return {key: {"pieces": count} for key, count in pieces.items()}

"""What a customer is told about an order."""

from sample_shop.order_placed import OrderPlaced


def note(order: OrderPlaced) -> str:
    """Return the sentence for the customer."""
    pieces = sum(line.quantity for line in order.lines)
    amount = f"{order.total_cents // 100}.{order.total_cents % 100:02}"
    return f"We have your order {order.order_id}: {pieces} pieces for {amount} {order.currency}."

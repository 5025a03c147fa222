"""Orders as the steps of the saga get them."""

from typing import Any


def order(
    number: str = "o-1", customer: str = "ada", quantity: int = 2, cents: int = 300, currency: str = "EUR"
) -> dict[str, Any]:
    lines = [{"sku": "A", "quantity": quantity, "price_cents": 150}]
    return {
        "order_id": number,
        "customer": customer,
        "currency": currency,
        "total_cents": cents,
        "lines": lines,
    }


def line(action: str, number: str = "o-1", quantity: int = 2, sku: str = "A", at: int = 0) -> dict[str, Any]:
    """Return what is asked of the stock: one of the two lines of an order, which are alike."""
    lines = [{"sku": sku, "quantity": quantity, "price_cents": 150}] * 2
    return {"action": action, "line": at, "order": {**order(number), "lines": lines}}

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
    item = {"sku": sku, "quantity": quantity, "price_cents": 150}
    return {"action": action, "order_id": number, "line": at, "item": item}

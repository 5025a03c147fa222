"""Orders as customers send them and as consumers get them."""

from typing import Any

from wellmade_runtime.identity import scoped

REQUEST: dict[str, Any] = {
    "order_id": "o-1",
    "customer": "ada",
    "currency": "EUR",
    "delivery": "parcel",
    "lines": [
        {"sku": "A", "quantity": 2, "price_cents": 150},
        {"sku": "B", "quantity": 1, "price_cents": 700},
        {"sku": "A", "quantity": 1, "price_cents": 150},
    ],
}
DETAIL: dict[str, Any] = {**REQUEST, "order_id": scoped("ada", "o-1"), "total_cents": 1150}


def told(**changes: object) -> dict[str, Any]:
    """Return the event as EventBridge delivers it, with some of its detail changed."""
    return {
        "version": "0",
        "id": "7bf73129-1428-4cd3-a780-95db273d1602",
        "detail-type": "OrderPlaced.v1",
        "source": "shop.orders",
        "account": "111122223333",
        "time": "2026-11-26T18:00:00Z",
        "region": "eu-west-1",
        "resources": [],
        "detail": {**DETAIL, **changes},
    }

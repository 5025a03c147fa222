"""What an order is."""

from dataclasses import dataclass

from wellmade_runtime.messages import read_object, text, whole_number


@dataclass(frozen=True, slots=True)
class Order:
    """Some of one article, asked for once."""

    order_id: str
    sku: str
    quantity: int


def parse(body: str) -> Order:
    """Read an order from a message; fields that it does not know are left to later versions.

    Raises:
        InvalidMessageError: If a field is missing or out of bounds.
    """
    message = read_object(body)
    return Order(
        order_id=text(message, "order_id"),
        sku=text(message, "sku"),
        quantity=whole_number(message, "quantity", least=1, most=1_000_000),
    )

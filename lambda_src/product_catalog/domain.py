"""What a product is, and what may be asked of the catalogue."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from wellmade_runtime.contracts import EventContracts
from wellmade_runtime.messages import read_object, short_name

SCHEMAS = EventContracts(Path(__file__).parent / "schemas")
PRODUCT = "Product.v1"
MOST_BYTES = 10_000


class NotFoundError(Exception):
    """There is no such product."""


class TakenError(Exception):
    """There is another product of this number already."""


@dataclass(frozen=True, slots=True)
class Product:
    """One product, by its number."""

    sku: str
    name: str
    category: str
    price_cents: int

    def as_json(self) -> Mapping[str, Any]:
        """Return it as callers read it."""
        return asdict(self)


def product_of(sku: str, body: str) -> Product:
    """Read a product from a request.

    Raises:
        InvalidMessageError: If the body is no JSON object, is too large, or the number is none.
        BrokenContractError: If it does not match the schema.
    """
    fields = read_object(body, most_bytes=MOST_BYTES)
    SCHEMAS.check(PRODUCT, fields)
    return Product(checked(sku), fields["name"], fields["category"], fields["price_cents"])


def checked(sku: str) -> str:
    """Return a product's number.

    Raises:
        InvalidMessageError: If it is none.
    """
    return short_name(sku, "sku")

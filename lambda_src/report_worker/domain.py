"""What a report is: of how much the catalogue holds, in all or of one category."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from wellmade_runtime.messages import text


@dataclass(frozen=True, slots=True)
class Request:
    """Which report is asked for."""

    category: str | None


@dataclass(frozen=True, slots=True)
class Product:
    """One product, as the catalogue keeps it."""

    category: str
    price_cents: int


@dataclass(slots=True)
class Report:
    """What was counted."""

    products: int = 0
    total_cents: int = 0

    def as_json(self) -> Mapping[str, Any]:
        """Return it as the caller reads it."""
        return asdict(self)


def parse(job: Mapping[str, Any]) -> Request:
    """Read what is asked for; fields that it does not know are left to later versions.

    Raises:
        InvalidMessageError: If a field is out of bounds.
    """
    return Request(text(job, "category", most=64) if "category" in job else None)


def build(request: Request, products: Iterable[Product]) -> Report:
    """Count the products that a report is about."""
    report = Report()
    for product in products:
        if request.category in (None, product.category):
            report.products += 1
            report.total_cents += product.price_cents
    return report

"""What an order is, and which write of it follows which."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from wellmade_runtime.home_regions import SIDES
from wellmade_runtime.messages import one_of, read_object, short_name, whole_number

MOST_BYTES = 1_000
MOST_CENTS, MOST_VERSIONS = 10**9, 10**6


class NotFoundError(Exception):
    """There is no such order."""


class ConflictError(Exception):
    """The order is not what this write follows: read it, and decide anew."""


@dataclass(frozen=True, slots=True)
class Order:
    """One order of a tenant: version 1 is new, each change the next one."""

    tenant: str
    order_id: str
    amount_cents: int
    version: int

    def as_json(self) -> Mapping[str, Any]:
        """Return it as callers read it."""
        return asdict(self)


def order_of(tenant: str, order_id: str, body: str) -> Order:
    """Read the next version of an order from a request.

    Raises:
        InvalidMessageError: If the body is no such object, or a name is none.
    """
    fields = read_object(body, most_bytes=MOST_BYTES)
    amount = whole_number(fields, "amount_cents", least=0, most=MOST_CENTS)
    version = whole_number(fields, "version", least=1, most=MOST_VERSIONS)
    return Order(short_name(tenant), short_name(order_id), amount, version)


def side_of(body: str) -> str:
    """Read from a request where a tenant moves to.

    Raises:
        InvalidMessageError: If it is no side.
    """
    return one_of(read_object(body, most_bytes=MOST_BYTES), "side", *SIDES)

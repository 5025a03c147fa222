"""What an entry of an account is."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from wellmade_runtime.messages import read_object, short_name, whole_number

MOST_BYTES = 1_000
MOST_CENTS = 10**12


class ConflictError(Exception):
    """The account has another entry of this number."""


@dataclass(frozen=True, slots=True)
class Booking:
    """One entry: more than nothing is paid in, less is paid out."""

    account: str
    entry_id: str
    cents: int

    def as_json(self) -> Mapping[str, Any]:
        """Return it as callers read it."""
        return asdict(self)


def entry_of(account: str, entry_id: str, body: str) -> Booking:
    """Read an entry from a request.

    Raises:
        InvalidMessageError: If the body is no such object, or a name is none.
    """
    fields = read_object(body, most_bytes=MOST_BYTES)
    cents = whole_number(fields, "cents", least=-MOST_CENTS, most=MOST_CENTS)
    return Booking(short_name(account), short_name(entry_id), cents)

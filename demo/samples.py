"""The files that go in: good and bad ones, one several times, one in the wrong place, one that is locked."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

FOLDER = Path(__file__).parent / "samples"
PREFIX = "incoming/"

LONG_AND_ODD = f"März + Ostern 100% & 'mehr' (1)/{'sehr lang ' * 30}§ 注文.csv"
"""Spaces, plus, percent, quotes, two alphabets and more than 300 characters."""


@dataclass(frozen=True)
class Sample:
    """One file and how it is uploaded."""

    label: str
    key: str
    body: bytes = field(repr=False)
    customer_key: str | None = field(default=None, repr=False)
    """Encrypts the object with a key that the function does not have, so each attempt to read it fails."""
    repeated: bool = False
    """Uploaded a second time, and its notification delivered once more."""

    @property
    def deliveries(self) -> int:
        """How many notifications the queue gets."""
        return 3 if self.repeated else 1


def samples() -> Sequence[Sample]:
    """Return all of them; the one that always fails comes first, because its three attempts take longest."""
    orders = (FOLDER / "orders.csv").read_bytes()
    return [
        Sample("fails every time", f"{PREFIX}locked.csv", orders, customer_key=secrets.token_hex(16)),
        Sample("good CSV", f"{PREFIX}orders.csv", orders),
        _from_folder("good JSON Lines", "sensor-readings.jsonl"),
        _from_folder("some bad rows", "orders-with-bad-rows.csv"),
        Sample("unreadable", f"{PREFIX}orders-utf16.csv", orders.decode().encode("utf-16")),
        Sample("no text at all", f"{PREFIX}picture.csv", b"\x89PNG\r\n\x1a\n" + secrets.token_bytes(500)),
        Sample("long and odd name", PREFIX + LONG_AND_ODD, orders),
        Sample(
            "comes three times",
            f"{PREFIX}repeated.csv",
            orders + b"A-1011,once more,row,1,1.00,,\n",
            repeated=True,
        ),
        Sample("in the wrong place", "archive/orders.csv", orders),
    ]


def _from_folder(label: str, name: str) -> Sample:
    return Sample(label, PREFIX + name, (FOLDER / name).read_bytes())

"""What reading a table yields: rows and rejected rows."""

from collections.abc import Iterator
from typing import NamedTuple

from tabular_ingest.tabular.schema import Value


class Row(NamedTuple):
    """A row to load, by the line it starts on."""

    line: int
    values: dict[str, Value]


class Reject(NamedTuple):
    """A row that cannot be loaded, and why."""

    line: int
    reason: str
    row: str


class Reading(NamedTuple):
    """How a file is read, and what that yields as it is asked for."""

    rows: Iterator[Row | Reject]
    dialect: str
    """What stands between columns, or `json-lines`."""
    encoding: str = "utf-8"

"""What reading a table yields: rows, rejected rows, or the reason why it cannot be read at all."""

from typing import NamedTuple

from shared.tabular.schema import Value


class UnloadableError(Exception):
    """A file that can never be loaded, however often it is tried."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail


class Row(NamedTuple):
    """A row to load, by the line it starts on."""

    line: int
    values: dict[str, Value]


class Reject(NamedTuple):
    """A row that cannot be loaded, and why."""

    line: int
    reason: str
    row: str

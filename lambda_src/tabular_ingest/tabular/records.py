"""Lines grouped into the records of a delimited file, each byte looked at a bounded number of times."""

import csv
from collections import deque
from collections.abc import Iterator
from typing import NamedTuple

from tabular_ingest.tabular.lines import LONGEST, Line
from tabular_ingest.tabular.rows import Reject

ENDS, STAYS, BREAKS = "ends", "stays open", "breaks"
"""What a line does to a record: ends it, leaves a quote open, or has more behind a closing quote."""
_OPEN = f"a quote is opened and not closed within {LONGEST} characters"


class Record(NamedTuple):
    """One record, by the line it starts on."""

    line: int
    text: str
    fields: list[str]


def read_records(lines: Iterator[Line], delimiter: str) -> Iterator[Record | Reject]:
    """Group lines into records, because a quoted field may hold line ends.

    A record that cannot be read costs its first line only and the lines after it are read anew, so a quote
    that is never closed does not swallow the rest of the file. What a line does to an open quote is found
    out once, whichever record the quote belongs to: the work grows with the bytes, whatever the lines hold.
    """
    ahead = _Ahead(lines, delimiter)
    while (line := ahead.take()) is not None:
        found = BREAKS if line.problem else outcome(line.text, delimiter, quoted=False)
        more, problem = ahead.closing(len(line.text)) if found == STAYS else (0, None)
        if line.problem or problem or found == BREAKS:
            yield Reject(line.number, line.problem or problem or _broken(delimiter), line.text)
            continue
        text = "".join([line.text, *(ahead.taken().text for _ in range(more))])
        yield from _record(line.number, text, delimiter)


def _record(number: int, text: str, delimiter: str) -> Iterator[Record | Reject]:
    """Read one record; where a quote stands behind a space, the spaces before its fields are none of them."""
    fields = next(csv.reader([text], delimiter=delimiter, strict=True))
    if any(map(_looks_padded, fields)):
        try:
            without = next(csv.reader([text], delimiter=delimiter, strict=True, skipinitialspace=True))
        except csv.Error:
            yield Reject(number, "a quote behind a space is not closed before the end of its field", text)
            return
        # A field that still looks so was in quotes with its space.
        if list(filter(_looks_padded, fields)) != list(filter(_looks_padded, without)):
            fields = without
    if fields:
        yield Record(number, text, fields)


def _looks_padded(field: str) -> bool:
    return field.startswith(" ") and field.lstrip(" ").startswith('"')


def outcome(text: str, delimiter: str, *, quoted: bool) -> str:
    """Return what a line does to a record that is within quotes, or not, where the line begins."""
    if '"' not in text:
        return STAYS if quoted else ENDS
    at = 0
    while True:
        if quoted:
            at = text.find('"', at) + 1
            if not at:
                return STAYS
            behind = text[at : at + 1]
            if behind == delimiter:
                quoted = False
            elif behind != '"':
                return ENDS if behind in ("", "\r", "\n") else BREAKS
        elif text.startswith('"', at):
            quoted = True
        else:
            at = text.find(delimiter, at)
            if at < 0:
                return ENDS
        at += 1


def _broken(delimiter: str) -> str:
    return f"'{delimiter}' expected after '\"'"


class _Ahead:
    """Lines that were looked at before their turn, at most as many as one record can have."""

    def __init__(self, lines: Iterator[Line], delimiter: str) -> None:
        self._lines, self._delimiter = lines, delimiter
        self._waiting: deque[Line] = deque()
        self._open = 0
        """How many of those waiting, from the first on, leave a quote open."""
        self._open_size = 0
        self._closes: tuple[Line, str] | None = None
        """The line behind these and what it does, which many records may ask for."""

    def take(self) -> Line | None:
        """Return the next line, None behind the last."""
        return self.taken() if self._waiting else next(self._lines, None)

    def taken(self) -> Line:
        """Return the next of those waiting."""
        line = self._waiting.popleft()
        if self._open:
            self._open -= 1
            self._open_size -= len(line.text)
        return line

    def closing(self, size: int) -> tuple[int, str | None]:
        """Return how many more lines a record has whose quote is open, and what is wrong with it if it is.

        Args:
            size: Of what the record has already.
        """
        while True:
            if size + self._open_size > LONGEST:
                return 0, _OPEN
            line = self._next_unknown()
            if line is None or line.problem or size + self._open_size + len(line.text) > LONGEST:
                return 0, _OPEN
            if self._closes is None or self._closes[0] is not line:
                self._closes = line, outcome(line.text, self._delimiter, quoted=True)
            found = self._closes[1]
            if found != STAYS:
                return self._open + 1, None if found == ENDS else _broken(self._delimiter)
            self._open += 1
            self._open_size += len(line.text)

    def _next_unknown(self) -> Line | None:
        """Return the first line whose effect on an open quote is not known to be none."""
        if len(self._waiting) == self._open:
            line = next(self._lines, None)
            if line is None:
                return None
            self._waiting.append(line)
        return self._waiting[self._open]

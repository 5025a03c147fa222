"""Rows of a CSV file, strictly after RFC 4180: a header, then records; a quoted field may hold line ends."""

import csv
from collections import deque
from collections.abc import Callable, Iterator
from itertools import chain
from typing import NamedTuple

from tabular_ingest.tabular.lines import LONGEST, Line
from tabular_ingest.tabular.rows import Reject, Row
from tabular_ingest.tabular.schema import Column, Schema, bind, convert
from wellmade_runtime.file_store import UnloadableError


class _Record(NamedTuple):
    line: int
    text: str
    fields: list[str]


def csv_rows(lines: Iterator[Line], schema: Schema) -> Iterator[Row | Reject]:
    """Read the header at once and the rows as they are asked for."""
    records = _records(lines)
    header = next(records, None)
    if header is None:
        raise UnloadableError("empty", "no header; a CSV file starts with the names of its columns")
    if isinstance(header, Reject):
        raise UnloadableError("header", f"line {header.line}: {header.reason}")
    try:
        columns = bind(schema, tuple(name.strip() for name in header.fields))
    except ValueError as error:
        raise UnloadableError("header", f"line {header.line}: {error}") from error
    return (record if isinstance(record, Reject) else _row(record, columns) for record in records)


def _row(record: _Record, columns: tuple[Column, ...]) -> Row | Reject:
    if len(record.fields) != len(columns):
        return Reject(record.line, f"expected {len(columns)} columns, got {len(record.fields)}", record.text)
    try:
        return Row(record.line, convert(columns, record.fields))
    except ValueError as error:
        return Reject(record.line, str(error), record.text)


def _records(lines: Iterator[Line]) -> Iterator[_Record | Reject]:
    """Group lines into records, because a quoted field may hold line ends.

    A record that cannot be read costs its first line only and the lines after it are read anew, so a
    quote that is never closed does not swallow the rest of the file.
    """
    waiting: deque[Line] = deque()

    def take() -> Line | None:
        return waiting.popleft() if waiting else next(lines, None)

    while (line := take()) is not None:
        if line.problem:
            yield Reject(line.number, line.problem, line.text)
            continue
        taken = [line]
        try:
            fields = next(csv.reader(chain([line.text], _continued(take, taken)), strict=True))
        except csv.Error as error:
            waiting.extendleft(reversed(taken[1:]))
            yield Reject(line.number, str(error), line.text)
            continue
        if fields:
            yield _Record(line.number, "".join(each.text for each in taken), fields)


def _continued(take: Callable[[], Line | None], taken: list[Line]) -> Iterator[str]:
    """Yield the lines after the first of a record; asked for one only while a quote is open."""
    size = len(taken[0].text)
    while (line := take()) is not None:
        taken.append(line)
        size += len(line.text)
        if line.problem or size > LONGEST:
            break
        yield line.text
    raise csv.Error(f"a quote is opened and not closed within {LONGEST} characters")

"""What must become of a file, worked out from the file itself and without the code that is shown."""

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from demo.samples import PREFIX, Sample

Row = Mapping[str, str]


@dataclass(frozen=True)
class Loaded:
    """Its rows, by the line that each starts on, and the lines that are no rows."""

    rows: Mapping[int, Row]
    rejected: frozenset[int]


@dataclass(frozen=True)
class Quarantined:
    """Copied aside, because it can never be read."""


@dataclass(frozen=True)
class SetAside:
    """Its notification ends in the dead-letter queue."""


@dataclass(frozen=True)
class Ignored:
    """Nobody was told of it."""


Expectation = Loaded | Quarantined | SetAside | Ignored


def expected(sample: Sample) -> Expectation:
    """Say what must become of the file."""
    if not sample.key.startswith(PREFIX):
        return Ignored()
    if sample.customer_key:
        return SetAside()
    try:
        text = sample.body.decode()
    except UnicodeDecodeError:
        return Quarantined()
    lines = _json_lines(text) if sample.key.endswith(".jsonl") else _csv_lines(text)
    rows: dict[int, Row] = {}
    rejected = set()
    for line, row in lines:
        if row is None:
            rejected.add(line)
        else:
            rows[line] = {name: value for name, value in row.items() if value}
    return Loaded(rows, frozenset(rejected))


def _csv_lines(text: str) -> Iterator[tuple[int, Row | None]]:
    """Yield each record with the line it starts on; None for one with another number of columns."""
    reader = csv.reader(io.StringIO(text, newline=""))
    header = next(reader)
    start = reader.line_num + 1
    for record in reader:
        if record:
            yield start, dict(zip(header, record, strict=True)) if len(record) == len(header) else None
        start = reader.line_num + 1


def _json_lines(text: str) -> Iterator[tuple[int, Row | None]]:
    """Yield each object with its values as they are written."""
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            values = json.loads(line, parse_float=str, parse_int=str)
            yield number, {name: _written(value) for name, value in values.items()}


def _written(value: object) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"), ensure_ascii=False)

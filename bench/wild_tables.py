"""What becomes of delimited files of other people, beside what DuckDB reads in them.

Every file of the folders that is named like one goes once, by its contents, through the reader of the file
pipeline; where that loads rows, DuckDB finds out the delimiter by itself and reads the file too. Each row of
ours must be a row of DuckDB's. Targets: no row with another value, no file that is loaded as one column where
DuckDB sees several, and none that fails in a way that comes back from the queue, since it would fail each
time. Every difference is printed, for somebody to judge: both readers may be wrong. Files are not part of the
repository, and neither is DuckDB: `pip install duckdb==2.0.1`.

    python -m bench.wild_tables FOLDER… [--largest 2000000]
"""

import argparse
import importlib
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "lambda_src"))

from bench.wild_images import files
from tabular_ingest.domain import read_rows
from tabular_ingest.tabular.dialect import detect
from tabular_ingest.tabular.lines import read_lines
from tabular_ingest.tabular.records import Record, read_records
from tabular_ingest.tabular.rows import Row
from tabular_ingest.tabular.schema import Schema
from wellmade_runtime.file_store import UnloadableError

ENDINGS = {".csv", ".tsv"}
CHUNK = 256 * 1024
DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t", "pipe": "|"}
duckdb: Any = importlib.import_module("duckdb")
Cells = tuple[tuple[str, str], ...]
"""The filled cells of a row, by column."""


@dataclass
class Figures:
    """What came of all files."""

    refused: Counter[str] = field(default_factory=Counter)
    loaded: int = 0
    compared: int = 0
    rows: int = 0
    rejected: int = 0
    wrong: int = 0
    """Files in which a row of ours is none of DuckDB's."""
    one_column: int = 0
    otherwise: int = 0
    """Files that DuckDB reads by another delimiter."""
    failed: int = 0


def main() -> int:
    """Print the figures and every difference; 1 when there is one."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--largest", type=int, default=2_000_000, help="bytes; default: 2000000")
    given = parser.parse_args()
    figures = Figures()
    for file, content in files(given.folders, ENDINGS):
        if len(content) <= given.largest:
            _look_at(file, content, figures)
    return _report(figures)


def _look_at(file: Path, content: bytes, figures: Figures) -> None:
    try:
        reading = read_rows(f"{file.name}.csv", _chunks(content), Schema())
        found = list(reading.rows)
    except UnloadableError as refusal:
        figures.refused[refusal.reason] += 1
        return
    except Exception as error:  # noqa: BLE001 - which the queue would deliver again
        figures.failed += 1
        print(f"failed, {type(error).__name__}: {error}: {file}", flush=True)
        return
    rows = [row for row in found if isinstance(row, Row)]
    figures.rejected += len(found) - len(rows)
    if found and not rows:
        figures.refused["rejects"] += 1
        return
    figures.loaded += 1
    figures.rows += len(rows)
    _compare(file, content, rows, DELIMITERS[reading.dialect], figures)


def _chunks(content: bytes) -> Iterator[bytes]:
    yield from (content[start : start + CHUNK] for start in range(0, len(content), CHUNK))


def _compare(file: Path, content: bytes, rows: Sequence[Row], delimiter: str, figures: Figures) -> None:
    columns = _width(content, delimiter)
    try:
        theirs, sniffed = _sniffed(file)
        if theirs != delimiter and sniffed > 1:
            figures.otherwise += 1
            figures.one_column += columns == 1
            print(f"{columns} by {delimiter!r}, {sniffed} by {theirs!r} for DuckDB: {file}", flush=True)
        other = _read(file, delimiter, columns)
    except duckdb.Error:
        return
    figures.compared += 1
    ours = Counter(_cells(row.values.items()) for row in rows if row.values)
    if missing := ours - other:
        figures.wrong += 1
        first = f"{next(iter(missing))!r:.300}"
        print(f"{missing.total()} rows that DuckDB does not have: {file}: {first}", flush=True)


def _width(content: bytes, delimiter: str) -> int:
    """Return how many columns the header has."""
    for record in read_records(detect(read_lines(_chunks(content)), Schema())[1], delimiter):
        return len(record.fields) if isinstance(record, Record) else 0
    return 0


def _sniffed(file: Path) -> tuple[str, int]:
    found = duckdb.execute("SELECT Delimiter, len(Columns) FROM sniff_csv(?)", [str(file)]).fetchone()
    return str(found[0]), int(found[1])


def _read(file: Path, delimiter: str, columns: int) -> Counter[Cells]:
    """Return the rows, the first record being the header."""
    types = ", ".join(f"'c{number}': 'VARCHAR'" for number in range(columns))
    rows = duckdb.execute(
        f"SELECT * FROM read_csv(?, delim=?, columns={{{types}}}, quote='\"', escape='\"', header=false, "  # noqa: S608
        "skip=0, auto_detect=false, ignore_errors=true, parallel=false, max_line_size=4000000)",
        [str(file), delimiter],
    ).fetchall()
    filled = [row for row in rows if any(row)]
    names = [(name or "").strip() for name in filled[0]] if filled else []
    return Counter(_cells(zip(names, row, strict=True)) for row in filled[1:])


def _cells(cells: Any) -> Cells:
    return tuple((name, str(value).replace("\r\n", "\n")) for name, value in cells if value)


def _report(figures: Figures) -> int:
    refused = ", ".join(f"{count} {reason}" for reason, count in figures.refused.most_common())
    total = figures.loaded + figures.refused.total() + figures.failed
    print(f"{total} files: {figures.loaded} loaded with {figures.rows} rows, {figures.rejected} rejected")
    print(f"refused: {refused}")
    print(f"{figures.compared} compared; by another delimiter: {figures.otherwise}")
    print(f"wrong values: {figures.wrong}   loaded as one column by mistake: {figures.one_column}", end="   ")
    print(f"failed that can never succeed: {figures.failed}")
    return int(bool(figures.wrong or figures.one_column or figures.failed))


if __name__ == "__main__":
    sys.exit(main())

"""Rows of a delimited file after RFC 4180: a header, then records; a quoted field may hold line ends."""

from collections.abc import Iterator

from tabular_ingest.tabular.dialect import NAMES, detect
from tabular_ingest.tabular.lines import Line
from tabular_ingest.tabular.records import Record, read_records
from tabular_ingest.tabular.rows import Reading, Reject, Row
from tabular_ingest.tabular.schema import Column, Schema, bind, convert
from wellmade_runtime.file_store import UnloadableError


def csv_rows(lines: Iterator[Line], schema: Schema) -> Reading:
    """Read the header at once and the rows as they are asked for.

    Raises:
        UnloadableError: If there is no usable header, or the delimiter is not clear.
    """
    delimiter, rest = detect(lines, schema)
    records = read_records(rest, delimiter)
    header = next(records, None)
    if header is None:
        raise UnloadableError("empty", "no header; a CSV file starts with the names of its columns")
    if isinstance(header, Reject):
        raise UnloadableError("header", f"line {header.line}: {header.reason}")
    try:
        columns = bind(schema, tuple(name.strip() for name in header.fields))
    except ValueError as error:
        raise UnloadableError("header", f"line {header.line}: {error}") from error
    rows = (record if isinstance(record, Reject) else _row(record, columns) for record in records)
    return Reading(rows, NAMES[delimiter])


def _row(record: Record, columns: tuple[Column, ...]) -> Row | Reject:
    if len(record.fields) != len(columns):
        return Reject(record.line, f"expected {len(columns)} columns, got {len(record.fields)}", record.text)
    try:
        return Row(record.line, convert(columns, record.fields))
    except ValueError as error:
        return Reject(record.line, str(error), record.text)

"""Rows of a JSON Lines file: an object a line, its values read as the text that CSV would hold."""

import json
from collections.abc import Iterator
from decimal import Decimal
from itertools import chain

from tabular_ingest.tabular.lines import Line
from tabular_ingest.tabular.rows import Reading, Reject, Row
from tabular_ingest.tabular.schema import Schema, bind, convert
from wellmade_runtime.file_store import UnloadableError
from wellmade_runtime.strict_json import InvalidJsonError, read_json

DIALECT = "json-lines"


def json_rows(lines: Iterator[Line], schema: Schema) -> Reading:
    """Check the first line at once and read the rows as they are asked for."""
    filled = (line for line in lines if line.problem or line.text.strip())
    first = next(filled, None)
    if first is None:
        return Reading(iter(()), DIALECT)
    try:
        _json_object(first)
    except ValueError as error:
        raise UnloadableError(
            "format", f"line {first.number}: {error}; JSON Lines is an object a line"
        ) from error
    return Reading((_json_row(line, schema) for line in chain([first], filled)), DIALECT)


def _json_row(line: Line, schema: Schema) -> Row | Reject:
    try:
        cells = _json_object(line)
        return Row(line.number, convert(bind(schema, tuple(cells)), list(cells.values())))
    except ValueError as error:
        return Reject(line.number, str(error), line.text)


def _json_object(line: Line) -> dict[str, str]:
    """Return the object on a line with its values as text, the way CSV would hold them."""
    if line.problem:
        raise ValueError(line.problem)
    try:
        value = read_json(line.text.strip(), decimals=True)
    except InvalidJsonError as error:
        raise ValueError(f"is no JSON that can be kept: {error}") from None
    if not isinstance(value, dict):
        raise ValueError("is no JSON object")  # noqa: TRY004 - a row with a wrong value, no wrong argument
    return {name: _text(each) for name, each in value.items()}


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, str | Decimal):
        return str(value)
    return _written(value)


def _written(value: object) -> str:
    """Return an object or a list as JSON in which each decimal keeps its digits."""
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, dict):
        return "{" + ",".join(f"{_quoted(name)}:{_written(each)}" for name, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_written, value)) + "]"
    return _quoted(value)


def _quoted(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)

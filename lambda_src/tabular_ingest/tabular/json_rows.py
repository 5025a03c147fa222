"""Rows of a JSON Lines file: an object a line, its values read as the text that CSV would hold."""

import json
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from itertools import chain

from tabular_ingest.tabular.lines import Line
from tabular_ingest.tabular.rows import Reject, Row
from tabular_ingest.tabular.schema import Schema, bind, convert
from wellmade_runtime.file_store import UnloadableError


def json_rows(lines: Iterator[Line], schema: Schema) -> Iterator[Row | Reject]:
    """Check the first line at once and read the rows as they are asked for."""
    filled = (line for line in lines if line.problem or line.text.strip())
    first = next(filled, None)
    if first is None:
        return iter(())
    try:
        _json_object(first)
    except ValueError as error:
        raise UnloadableError(
            "format", f"line {first.number}: {error}; JSON Lines is an object a line"
        ) from error
    return (_json_row(line, schema) for line in chain([first], filled))


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
        value = _JSON.decode(line.text.strip())
    except json.JSONDecodeError as error:
        raise ValueError(f"is no JSON: {error.msg} at column {error.colno}") from None
    except RecursionError:
        raise ValueError("is nested too deeply") from None
    if not isinstance(value, dict):
        raise ValueError("is no JSON object")  # noqa: TRY004 - a row with a wrong value, no wrong argument
    cells = {name: _text(each) for name, each in value.items()}
    if r"\u" in line.text:
        _check_characters(cells)
    return cells


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, str | Decimal):
        return str(value)
    return json.dumps(value, ensure_ascii=False, allow_nan=False, default=float, separators=(",", ":"))


def _check_characters(cells: dict[str, str]) -> None:
    """Refuse half a surrogate pair: JSON can escape one, but no table can hold it."""
    for text in chain(cells, cells.values()):
        text.encode()


def _pairs(pairs: list[tuple[str, object]]) -> dict[str, object]:
    value = dict(pairs)
    if len(value) < len(pairs):
        raise ValueError("holds a name more than once")
    return value


def _number(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        raise ValueError(f"holds a number out of range, {text[:60]}") from None


def _no_constant(name: str) -> None:
    raise ValueError(f"holds {name}, which is no JSON")


_JSON = json.JSONDecoder(parse_float=_number, parse_constant=_no_constant, object_pairs_hook=_pairs)

"""Typed columns of rows that arrive as text."""

import json
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache

Value = str | int | Decimal | date

RESERVED = frozenset({"pk", "sk"})
"""The table's own keys."""

_INTEGER = re.compile(r"[+-]?\d{1,38}", re.ASCII)
_DECIMAL = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def _integer(text: str) -> int:
    if not _INTEGER.fullmatch(text):
        raise ValueError("must be an integer of at most 38 digits")
    return int(text)


def _decimal(text: str) -> Decimal:
    """Read a number that DynamoDB can hold: 38 digits, magnitude 1E-130 to 9.9E+125."""
    if not _DECIMAL.fullmatch(text):
        raise ValueError("must be a decimal number")
    value = Decimal(text) or Decimal(0)  # a zero may have any exponent
    if len(value.as_tuple().digits) > 38 or not -130 <= value.adjusted() <= 125:
        raise ValueError("must be a decimal number of at most 38 digits between 1E-130 and 9.9E+125")
    return value


def _date(text: str) -> date:
    message = "must be a date written YYYY-MM-DD"
    if not _DATE.fullmatch(text):
        raise ValueError(message)
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(message) from None


TYPES: dict[str, Callable[[str], Value]] = {
    "text": str,
    "integer": _integer,
    "decimal": _decimal,
    "date": _date,
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column: how its text becomes a value, and whether it must have one."""

    name: str
    convert: Callable[[str], Value] = str
    required: bool = False


@dataclass(frozen=True, slots=True)
class Schema:
    """The columns that a file must have; None stands for any, each of them optional text."""

    columns: tuple[Column, ...] | None = None


def parse_schema(text: str | None) -> Schema:
    """Read a JSON object of column to "text", "integer", "decimal" or "date"; "?" after it: may be empty.

    Default: any columns, as text.

    Raises:
        ValueError: If it is anything else.
    """
    if not text:
        return Schema()
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        raise ValueError(f"SCHEMA must be JSON: {error}") from error
    if not isinstance(document, dict) or not document:
        raise ValueError(f"SCHEMA must be a JSON object of column to type, got {text[:200]!r}")
    _check_names(tuple(document))
    return Schema(tuple(_column(name, kind) for name, kind in document.items()))


@lru_cache(maxsize=16)
def bind(schema: Schema, names: tuple[str, ...]) -> tuple[Column, ...]:
    """Return the column of each name, in their order.

    Raises:
        ValueError: If a name is empty, reserved, double or unknown, or a required column is missing.
    """
    _check_names(names)
    if schema.columns is None:
        return tuple(Column(name) for name in names)
    known = {column.name: column for column in schema.columns}
    if unknown := [name for name in names if name not in known]:
        raise ValueError(f"unknown column {_shown(unknown)}; allowed: {', '.join(known)}")
    if missing := [name for name, column in known.items() if column.required and name not in names]:
        raise ValueError(f"missing column {_shown(missing)}")
    return tuple(known[name] for name in names)


def convert(columns: Sequence[Column], texts: Sequence[str]) -> dict[str, Value]:
    """Return the values of one row; empty ones are left out.

    Raises:
        ValueError: If a value is not of its column's type, or is empty and required.
    """
    values: dict[str, Value] = {}
    for column, text in zip(columns, texts, strict=True):
        if text:
            try:
                values[column.name] = column.convert(text)
            except ValueError as error:
                raise ValueError(f"{column.name}: {error}, got {text[:60]!r}") from None
        elif column.required:
            raise ValueError(f"{column.name}: must not be empty")
    return values


def _column(name: str, kind: object) -> Column:
    plain = str(kind).removesuffix("?")
    if plain not in TYPES:
        raise ValueError(
            f'SCHEMA: {name} must be one of {", ".join(TYPES)}, with or without "?", got {kind!r}'
        )
    return Column(name, TYPES[plain], required=plain == kind)


def _check_names(names: tuple[str, ...]) -> None:
    for position, name in enumerate(names, start=1):
        if not name:
            raise ValueError(f"column {position} has no name")
        if name in RESERVED:
            raise ValueError(f"column {name!r} is reserved for the table's key; rename it")
    if len(set(names)) < len(names):
        twice = [name for name, times in Counter(names).items() if times > 1]
        raise ValueError(f"column {_shown(twice)} appears more than once")


def _shown(names: Sequence[str]) -> str:
    return ", ".join(repr(name[:60]) for name in names[:5])

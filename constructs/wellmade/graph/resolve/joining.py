"""Put text together, take it apart and write it down, with symbolic parts inside."""

import json
import re
from collections.abc import Iterable
from typing import Any

from wellmade.graph.resolve.values import Absent, Attribute, Either, Pseudo, Text, Unknown, Value

_PLACEHOLDER = re.compile("\x00(\\d+)\x00")
MOST_VARIANTS = 8
"""Texts with more conditional parts than this many combinations are unknown."""


def join(parts: Iterable[Value], delimiter: str = "") -> Value:
    """Join values to text; a conditional part makes the whole text conditional."""
    pieces: list[Value] = []
    for index, part in enumerate(parts):
        if index and delimiter:
            pieces.append(delimiter)
        pieces.extend(part.parts if isinstance(part, Text) else [part])
    return _distribute(pieces, MOST_VARIANTS)


def _distribute(pieces: list[Value], variants: int) -> Value:
    for index, piece in enumerate(pieces):
        if isinstance(piece, Either):
            if variants < 2:
                return Unknown("text with many conditional parts")
            then, otherwise = (
                _distribute([*pieces[:index], *_parts(choice), *pieces[index + 1 :]], variants // 2)
                for choice in (piece.then, piece.otherwise)
            )
            return Either(piece.condition, then, otherwise, piece.stack)
    return _merge(pieces)


def _parts(value: Value) -> Iterable[Value]:
    return value.parts if isinstance(value, Text) else [value]


def _merge(pieces: Iterable[Value]) -> Value:
    merged: list[str | Attribute | Pseudo | Unknown] = []
    for piece in pieces:
        part = _part(piece)
        if isinstance(part, str) and merged and isinstance(merged[-1], str):
            merged[-1] += part
        elif part != "":
            merged.append(part)
    if not merged:
        return ""
    return merged[0] if len(merged) == 1 else Text(tuple(merged))


def _part(piece: Value) -> str | Attribute | Pseudo | Unknown:
    match piece:
        case str() | Attribute() | Pseudo() | Unknown():
            return piece
        case bool():
            return str(piece).lower()
        case int() | float():
            return str(piece)
        case Absent() | None:
            return ""
    return Unknown("a list or mapping inside text")


def split(value: Value, delimiter: str) -> list[Value] | None:
    """Split text at a delimiter that stands in its literal parts; None when that is unknown."""
    if isinstance(value, str):
        return list(value.split(delimiter)) if delimiter else None
    if not isinstance(value, Text) or not delimiter:
        return None
    fields: list[list[Value]] = [[]]
    for part in value.parts:
        if not isinstance(part, str):
            fields[-1].append(part)
            continue
        first, *others = part.split(delimiter)
        fields[-1].append(first)
        fields.extend([other] for other in others)
    return [_merge(field) for field in fields]


def written(value: Value) -> str:
    """Write a text with its symbolic parts in `${…}`, equal for equal values: for people and for keys."""
    match value:
        case Attribute():
            return f"${{{value.resource_id}.{value.name}}}"
        case Pseudo():
            return f"${{{value.stack}{':' if value.stack else ''}{value.name}}}"
        case Unknown():
            return f"${{? {value.reason}}}"
        case Text():
            return "".join(map(written, value.parts))
        case Either():
            return f"{written(value.then)} or {written(value.otherwise)}"
    return str(value)


def document(value: Value) -> Value:
    """Read JSON that a property holds as text, keeping references inside; a mapping is returned as it is."""
    if isinstance(value, Either):
        return Either(value.condition, document(value.then), document(value.otherwise), value.stack)
    if not isinstance(value, str | Text):
        return value
    parts = value.parts if isinstance(value, Text) else (value,)
    marked = "".join(
        part if isinstance(part, str) else f"\x00{index}\x00" for index, part in enumerate(parts)
    )
    try:
        read = json.loads(marked, strict=False)
    except (ValueError, RecursionError):
        return Unknown("text that is no JSON document")
    return _restored(read, parts) if isinstance(value, Text) else read


def _restored(read: Any, parts: tuple[Any, ...]) -> Value:
    if isinstance(read, dict):
        return {key: _restored(entry, parts) for key, entry in read.items()}
    if isinstance(read, list):
        return [_restored(entry, parts) for entry in read]
    if not isinstance(read, str) or "\x00" not in read:
        return read
    pieces = _PLACEHOLDER.split(read)
    return _merge(parts[int(piece)] if index % 2 else piece for index, piece in enumerate(pieces))

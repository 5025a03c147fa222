"""Shapes as TypeScript: an interface for each record."""

import json
import re

from wellmade.contracts.consumer_types.shape import (
    OURS,
    Either,
    Listed,
    Mapped,
    Named,
    Record,
    Scalar,
    Shape,
    Shapes,
    Values,
)

_SCALARS = {"integer": "number", "any": "unknown"}
_PLAIN = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*")


def typescript(name: str, event: str, shapes: Shapes) -> str:
    """Return a module with the types of an event."""
    parts = [_record(record) for record in shapes.records.values()]
    if shapes.root != Named(name):
        parts.append(f"export type {name} = {_text(shapes.root)};\n")
    head = f"// {event}, as its contract says. {OURS}\n\n"
    return head + "\n".join(parts)


def _record(record: Record) -> str:
    lines = [f"export interface {record.name} {{"]
    for field, (shape, required, said) in record.fields.items():
        if said.strip():
            lines.append(f"  /** {' '.join(said.split()).replace('*/', '* /')} */")
        name = field if _PLAIN.fullmatch(field) else json.dumps(field)
        lines.append(f"  {name}{'' if required else '?'}: {_text(shape)};")
    return "\n".join([*lines, "}", ""])


def _text(shape: Shape) -> str:
    match shape:
        case Scalar(name):
            return _SCALARS.get(name, name)
        case Values(values):
            return " | ".join(json.dumps(value) for value in values)
        case Listed(item):
            return f"Array<{_text(item)}>"
        case Mapped(value):
            return f"Record<string, {_text(value)}>"
        case Either(options):
            return " | ".join(_text(option) for option in options)
        case Named(name):
            return name

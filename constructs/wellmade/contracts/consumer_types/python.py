"""Shapes as Python: a TypedDict for each record."""

import json
import keyword

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

_SCALARS = {
    "string": "str",
    "integer": "int",
    "number": "float",
    "boolean": "bool",
    "null": "None",
    "any": "Any",
}


def python(name: str, event: str, shapes: Shapes) -> str:
    """Return a module with the types of an event."""
    body = "\n\n".join(_record(record) for record in reversed(shapes.records.values()))
    if shapes.root != Named(name):
        body += f"\n\n{name} = {_text(shapes.root)}" if body else f"{name} = {_text(shapes.root)}"
    known = [word for word in ("Any", "Literal", "NotRequired", "TypedDict") if word in body]
    imports = "from __future__ import annotations\n\n"
    imports += f"from typing import {', '.join(known)}\n\n\n" if known else ""
    head = f"{event}, as its contract says. {OURS}"
    return f'"""{head}"""\n\n{imports}{body}\n'


def _record(record: Record) -> str:
    names = record.fields.keys()
    if all(
        name.isidentifier() and not keyword.iskeyword(name) and not name.startswith("__") for name in names
    ):
        lines = [f"class {record.name}(TypedDict):"]
        for field, (shape, required, said) in record.fields.items():
            lines += [f"    # {line}" for line in said.splitlines() if line.strip()]
            lines.append(f"    {field}: {_asked(shape, required=required)}")
        return "\n".join(lines) + "\n"
    fields = "".join(
        f"        {json.dumps(field)}: {_asked(shape, required=required)!r},\n"
        for field, (shape, required, _) in record.fields.items()
    )
    return f'{record.name} = TypedDict(\n    "{record.name}",\n    {{\n{fields}    }},\n)\n'


def _asked(shape: Shape, *, required: bool) -> str:
    return _text(shape) if required else f"NotRequired[{_text(shape)}]"


def _text(shape: Shape) -> str:
    match shape:
        case Scalar(name):
            return _SCALARS[name]
        case Values(values):
            return f"Literal[{', '.join(_value(value) for value in values)}]"
        case Listed(item):
            return f"list[{_text(item)}]"
        case Mapped(value):
            return f"dict[str, {_text(value)}]"
        case Either(options):
            return " | ".join(_text(option) for option in options)
        case Named(name):
            return name


def _value(value: object) -> str:
    return json.dumps(value) if isinstance(value, str) else repr(value)

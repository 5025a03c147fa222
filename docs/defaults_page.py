"""The page of defaults: what an example without options gets, read from its template, and why."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]

from docs.example_apps import template_of

ROWS = Path(__file__).with_name("defaults.yaml")
_HEADING = """# Defaults, and why

What a pattern has when nothing is said, read from the synthesized example of its page by `make docs`. Each
is an option, or a property of the construct that is beneath; what is refused is not: it loses data, or fails
at night.

| default | value | of | why |
|---|---|---|---|
"""


def defaults_page() -> str:
    """Return the page as Markdown."""
    rows = yaml.safe_load(ROWS.read_text())
    return _HEADING + "".join(
        f"| {row['what']} | `{_value(row)}` | [`{row['of']}`](patterns/{row['of']}.md) "
        f"| {row['why']} ([AWS]({row['source']})) |\n"
        for row in rows
    )


def _value(row: Mapping[str, str]) -> str:
    """Return what the first resource of the type that has the property has.

    Raises:
        LookupError: If none has it.
    """
    for resource in template_of(row["of"])["Resources"].values():
        if resource["Type"] == row["kind"] and (found := _at(resource, row["path"])) is not None:
            return ", ".join(found) if isinstance(found, list) else str(found)
    raise LookupError(f"docs/defaults.yaml: {row['of']} has no {row['kind']} with {row['path']}")


def _at(value: Any, path: str) -> Any:
    for name in path.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return value

"""Macros that a template asks for and that nobody runs here."""

from collections.abc import Iterator, Mapping
from typing import Any

_RUN = {"AWS::Serverless-2016-10-31", "AWS::LanguageExtensions"}
"""Those that are run; AWS::Include is where it stands in a part of a template."""


def macros_not_run(template: Mapping[str, Any]) -> list[str]:
    """Return their names: those of the whole template, and those in its parts."""
    given = template.get("Transform") or []
    whole = [
        each["Name"] if isinstance(each, Mapping) else str(each)
        for each in (given if isinstance(given, list) else [given])
    ]
    parts = {name: each for name, each in template.items() if name != "Parameters"}
    return sorted({*whole, *_inside(parts)} - _RUN)


def _inside(part: Any) -> Iterator[str]:
    if isinstance(part, list):
        for each in part:
            yield from _inside(each)
    if isinstance(part, Mapping):
        for name, each in part.items():
            if name == "Fn::Transform" and isinstance(each, Mapping) and each.get("Name") != "AWS::Include":
                yield str(each.get("Name"))
            yield from _inside(each)

"""What CloudFormation's own schemas say of a type: which properties replace it, and which name it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from wellmade.facts.data_holders import IN_PLACE, MAY_REPLACE, REPLACES
from wellmade.upgrade.values import Path, canonical

_WITHOUT = ("AWS::CloudFormation::CustomResource", "AWS::Serverless::", "Custom::")
"""Types of which only their own code, or the SAM transform, knows what an update does."""


@dataclass(frozen=True)
class Replacing:
    """The properties of a type that cannot change in place, as paths; `*` stands for each of a list."""

    always: frozenset[Path]
    perhaps: frozenset[Path]
    """Those that replace on a condition that the schema does not tell."""
    names: frozenset[Path]
    """Those that give it its physical name."""
    is_named: bool
    """Whether its name is all that tells it from others."""
    defaults: Mapping[Path, Any]
    """What is meant where a template leaves one out."""


@cache
def replacing(kind: str) -> Replacing | None:
    """Return what replaces a type; None where CloudFormation has no schema of it."""
    if kind.startswith(_WITHOUT):
        return None
    from cfnlint.schema import ResourceNotFoundError  # noqa: PLC0415 - takes half a second
    from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER  # noqa: PLC0415 - as above

    try:
        schema = PROVIDER_SCHEMA_MANAGER.get_resource_schema("us-east-1", kind).schema
    except ResourceNotFoundError:
        return None
    always = {_path(text) for text in schema.get("createOnlyProperties", ())}
    perhaps = {_path(text) for text in schema.get("conditionalCreateOnlyProperties", ())}
    perhaps |= {(name,) for name in MAY_REPLACE.get(kind, ())}
    known = {(name,) for name in REPLACES.get(kind, ())}
    calm = {(name,) for name in IN_PLACE.get(kind, ())}
    identity = {_path(text) for text in schema.get("primaryIdentifier", ())}
    names = identity & always
    read_only = {_path(text) for text in schema.get("readOnlyProperties", ())}
    return Replacing(
        frozenset((always | known) - read_only),
        frozenset(perhaps - always - known - calm - read_only),
        frozenset(names),
        bool(names) and names == identity,
        {path: found for path in always | perhaps | known if (found := _default(schema, path)) is not None},
    )


def _path(pointer: str) -> Path:
    return tuple(part for part in pointer.split("/") if part)[1:]


def _default(schema: Mapping[str, Any], path: Path) -> Any:
    if len(path) != 1:
        return None
    return canonical(schema.get("properties", {}).get(path[0], {}).get("default"), {})

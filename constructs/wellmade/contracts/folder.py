"""A folder of contracts: one file for each version of an event, and what of it was released."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from wellmade.contracts.changes import Schema, breaking
from wellmade.contracts.names import is_command, versioned

RELEASED = "released"


@dataclass(frozen=True)
class Contracts:
    """The JSON Schemas of the events of one producer.

    `<folder>/OrderPlaced.v1.json` is what the producer checks before it publishes;
    `<folder>/released/OrderPlaced.v1.json` is what consumers were promised. Within a version only additions
    are allowed; anything else is a new version, a file beside the old one.

    Args:
        folder: Where the files are.
    """

    folder: Path

    @cached_property
    def current(self) -> Mapping[str, Schema]:
        """The schemas by the event's name.

        Raises:
            ValueError: If there is no such folder, no schema in it, or one cannot be read.
        """
        found = _read(self.folder)
        if not found:
            raise ValueError(f"{self.folder}: contracts must be a folder with <Event>.v<N>.json, got none")
        return found

    @cached_property
    def released(self) -> Mapping[str, Schema]:
        """The schemas that consumers were promised."""
        return _read(self.folder / RELEASED)

    def problems(self) -> list[str]:
        """Return a sentence for each name and each change that a consumer must not meet."""
        wrong = [problem for name in self.current if (problem := _misnamed(name))]
        gone = [
            f"{name}: the contract is gone; keep it while it may still be consumed"
            for name in self.released
            if name not in self.current
        ]
        broken = [
            f"{name}: {change}; consumers of {name} break, publish {_next(name)} beside it"
            for name in self.released
            if name in self.current
            for change in breaking(self.released[name], self.current[name])
        ]
        return [f"{self.folder}: {problem}" for problem in (*wrong, *gone, *broken)]

    def unreleased(self) -> list[str]:
        """Return the names of contracts that differ from what was released, or never were."""
        return [name for name, schema in self.current.items() if self.released.get(name) != schema]

    def release(self) -> list[str]:
        """Promise the current contracts to consumers; return the names of those that changed.

        Raises:
            ValueError: If one of them breaks what was promised before.
        """
        problems = self.problems()
        if problems:
            raise ValueError("\n".join(problems))
        changed = self.unreleased()
        (self.folder / RELEASED).mkdir(exist_ok=True)
        for name in changed:
            file = f"{name}.json"
            (self.folder / RELEASED / file).write_text((self.folder / file).read_text())
        return changed


def _read(folder: Path) -> Mapping[str, Schema]:
    return {file.name.removesuffix(".json"): _schema(file) for file in sorted(folder.glob("*.json"))}


def _schema(file: Path) -> dict[str, Any]:
    try:
        schema = json.loads(file.read_text())
    except ValueError as error:
        raise ValueError(f"{file}: must be a JSON Schema, {error}") from error
    if not isinstance(schema, dict) or schema.get("type") != "object":
        raise ValueError(f'{file}: must be a JSON Schema of "type": "object"')
    return schema


def _misnamed(name: str) -> str | None:
    if not versioned(name):
        return f"{name}: must be named <Event>.v<N>, such as OrderPlaced.v1"
    if is_command(name):
        return f"{name}: must say what has happened, such as OrderPlaced; a command belongs into a queue"
    return None


def _next(name: str) -> str:
    event, _, version = name.rpartition(".v")
    return f"{event}.v{int(version) + 1}"

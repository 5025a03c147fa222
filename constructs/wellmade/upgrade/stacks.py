"""The stacks of an app as they are written, nested ones too, by a name that does not change."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from wellmade.graph import Stack
from wellmade.graph.read.failures import Failures
from wellmade.graph.read.files import read_stacks
from wellmade.upgrade.values import canonical


@dataclass(eq=False)
class Written:
    """One stack; its resources have their properties in one form."""

    name: str
    body: Mapping[str, Any]
    is_nested: bool = False
    file: Path | None = None
    """Where it was read from; None where CloudFormation told it."""
    environment: str = ""
    """Account and region as an assembly has them, such as `aws://111122223333/eu-west-1`."""

    @property
    def deployed_name(self) -> str:
        """Return its name at CloudFormation; within an app those that share it are numbered."""
        return self.name.partition("#")[0]

    @property
    def account(self) -> str:
        """Return the account; nothing where only the shell knows it."""
        account = self.environment.removeprefix("aws://").partition("/")[0]
        return account if account.isdigit() else ""

    @property
    def region(self) -> str:
        """Return the region; nothing where only the shell knows it."""
        region = self.environment.removeprefix("aws://").partition("/")[2]
        return "" if region.startswith("unknown") else region

    @cached_property
    def resources(self) -> dict[str, dict[str, Any]]:
        """Return resources by logical id."""
        written = self.section("Resources").items()
        return {name: self._resource(each) for name, each in written if isinstance(each, dict)}

    def section(self, name: str) -> Mapping[str, Any]:
        """Return a section; an absent or malformed one is empty."""
        found = self.body.get(name)
        return found if isinstance(found, dict) else {}

    def canonical(self, value: Any) -> Any:
        """Return a value of this template in one form."""
        return canonical(value, self.section("Mappings"))

    def _resource(self, resource: dict[str, Any]) -> dict[str, Any]:
        return {**resource, "Properties": self.canonical(resource.get("Properties") or {})}


def read(paths: Iterable[Path]) -> dict[str, Written]:
    """Read the stacks of an app by name.

    Raises:
        WellmadeError: With file and line, if something is no readable template.
    """
    return {each.name: each for stack in read_stacks(paths, Failures()) for each in _every(stack, stack.name)}


def _every(stack: Stack, name: str, *, is_nested: bool = False) -> Iterator[Written]:
    yield Written(name, stack.template.body, is_nested, stack.file, stack.environment)
    for logical_id, child in stack.children.items():
        yield from _every(child, f"{name}/{logical_id}", is_nested=True)

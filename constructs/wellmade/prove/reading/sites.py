"""A place in code that calls AWS."""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from wellmade.prove.calls import Call
from wellmade.prove.calls.catalogue import model_of
from wellmade.prove.calls.models import Shape
from wellmade.prove.deployed.unknowns import Unknowns


@dataclass(frozen=True)
class Variable:
    """The value of an environment variable, as an argument."""

    name: str


@dataclass(frozen=True)
class Site:
    """A call of an SDK's client, as it is written.

    Args:
        file: Where it stands.
        line: Its first line.
        last_line: Its last line.
        service: As boto3 names it.
        operation: As the API names it.
        arguments: As far as the code tells them: text, or a variable of the environment.
        indirect: Whether a library calls it later, from its own lines. Default: it is called here.
        is_foreign: Whether its session may have other rights than the function. Default: it has the same.
    """

    file: Path
    line: int
    last_line: int
    service: str
    operation: str
    arguments: Mapping[str, Any] = field(default_factory=dict, hash=False)
    indirect: bool = False
    is_foreign: bool = False

    @property
    def place(self) -> str:
        """File and line, as seen from the current folder."""
        return f"{Path(os.path.relpath(self.file)).as_posix()}:{self.line}"

    def call(self, variables: Mapping[str, str], region: str, unknowns: Unknowns) -> Call:
        """Return the call with the values that the template gives to variables.

        Args:
            variables: Their values.
            region: Where it goes.
            unknowns: Gives a token to each argument that is needed and that the code does not tell.
        """
        filled = _filled(self.arguments, variables)
        shape = model_of(self.service).input_of(self.operation)
        where = f"{self.file.name}:{self.line}"
        untold = [name for name, value in self.arguments.items() if value in (None, [None])]
        needed = [*(shape.required_members if shape else ()), *untold]
        completed = _completed(filled, shape, needed, where, unknowns)
        return Call(self.service, self.operation, completed, region)


def _completed(
    given: Any, shape: Shape | None, needed: Iterable[str], where: str, unknowns: Unknowns
) -> dict[str, Any]:
    """Return arguments with a token for each text that is needed, or given, and not told."""
    completed = dict(given)
    for name in needed:
        member = shape.members.get(name) if shape else None
        if member is None:
            continue
        if member.type_name == "string" and not isinstance(completed.get(name), str):
            completed[name] = unknowns.token(f"{name} in {where}")
        elif member.type_name == "structure" and isinstance(completed.get(name, {}), Mapping):
            inner = completed.get(name, {})
            completed[name] = _completed(inner, member, member.required_members, where, unknowns)
        elif _lists_needed(member) and not completed.get(name):
            item = member.member
            completed[name] = [_completed({}, item, item.required_members, where, unknowns)]
        elif member.type_name == "list" and member.member.type_name == "string" and not completed.get(name):
            completed[name] = [unknowns.token(f"{name} in {where}")]
    return completed


def _lists_needed(shape: Shape) -> bool:
    """Tell whether a list holds what cannot be without a value, such as the keys of objects."""
    return (
        shape.type_name == "list"
        and shape.member.type_name == "structure"
        and bool(shape.member.required_members)
    )


def _filled(value: Any, variables: Mapping[str, str]) -> Any:
    if isinstance(value, Variable):
        return variables.get(value.name)
    if isinstance(value, Mapping):
        filled = {_filled(key, variables): _filled(each, variables) for key, each in value.items()}
        return {key: each for key, each in filled.items() if None not in (key, each)}
    if isinstance(value, list):
        return [each for each in (_filled(each, variables) for each in value) if each is not None]
    return value

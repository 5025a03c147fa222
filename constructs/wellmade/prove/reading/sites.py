"""A place in code that calls AWS."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from wellmade.prove.calls import Call
from wellmade.prove.calls.catalogue import model_of
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
        model = model_of(self.service).operation_model(self.operation)
        where = f"{self.file.name}:{self.line}"
        completed = _completed(filled, model.input_shape, where, unknowns)
        return Call(self.service, self.operation, completed, region)


def _completed(given: Any, shape: Any, where: str, unknowns: Unknowns) -> dict[str, Any]:
    """Return arguments with a token for each text that is needed and not told."""
    completed = dict(given)
    for name in shape.required_members if shape else ():
        member = shape.members[name]
        if member.type_name == "string" and not isinstance(completed.get(name), str):
            completed[name] = unknowns.token(f"{name} in {where}")
        elif member.type_name == "structure" and isinstance(completed.get(name, {}), Mapping):
            completed[name] = _completed(completed.get(name, {}), member, where, unknowns)
        elif member.type_name == "list" and member.member.type_name == "string" and name not in completed:
            completed[name] = [unknowns.token(f"{name} in {where}")]
    return completed


def _filled(value: Any, variables: Mapping[str, str]) -> Any:
    if isinstance(value, Variable):
        return variables.get(value.name)
    if isinstance(value, Mapping):
        filled = {key: _filled(each, variables) for key, each in value.items()}
        return {key: each for key, each in filled.items() if each is not None}
    if isinstance(value, list):
        return [each for each in (_filled(each, variables) for each in value) if each is not None]
    return value

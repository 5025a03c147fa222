"""A place in code that calls AWS."""

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from wellmade.prove.calls import Call
from wellmade.prove.calls.catalogue import model_of
from wellmade.prove.calls.models import Shape
from wellmade.prove.deployed.unknowns import Unknowns

ANY = ("*",)
"""Whatever service something may call."""

VALUE, OF_VARIABLE = "*", "$"
"""Stand for a region that a value names, and before the name of the variable that tells it."""


@dataclass(frozen=True)
class Variable:
    """The value of an environment variable, as an argument."""

    name: str
    default: str | None = field(default=None, compare=False)
    """What the code takes where the variable is not set."""


@dataclass(frozen=True)
class Arrived:
    """A value of the handler's event, as an argument."""

    path: tuple[str, ...] = ()
    """The keys that lead to it; none for the event itself."""


@dataclass(frozen=True)
class Site:
    """A call of an SDK's client, as it is written.

    Args:
        file: Where it stands.
        line: Its first line.
        last_line: Its last line.
        service: As boto3 names it.
        operation: As the API names it.
        arguments: As far as the code tells them: text, a variable of the environment, a value of the event;
            None of what it does not tell, and by the name `**` of arguments that it does not name.
        indirect: Whether a library calls it later, from its own lines. Default: it is called here.
        is_foreign: Whether its session may have other rights than the function. Default: it has the same.
        is_sure: Whether the handler reaches it by names that one function alone has. Default: it does.
        is_lazy: Whether its pages are fetched, or waited for, at other lines. Default: it calls at its own.
    """

    file: Path
    line: int
    last_line: int
    service: str
    operation: str
    arguments: Mapping[str, Any] = field(default_factory=dict, hash=False)
    indirect: bool = False
    is_foreign: bool = False
    is_sure: bool = field(default=True, compare=False)
    is_lazy: bool = field(default=False, compare=False)

    @property
    def place(self) -> str:
        """File and line, as seen from the current folder."""
        return place_of(self.file, self.line)

    @property
    def told_elsewhere(self) -> list[Variable | Arrived]:
        """What stands among the arguments and is told by the template alone."""
        return list(dict.fromkeys(_told_elsewhere(self.arguments)))

    @property
    def is_whole(self) -> bool:
        """Whether its line tells all of its arguments, or where they come from; of a script, that is open."""
        return self.file.suffix == ".py" and bool(self.arguments) and not _is_open(self.arguments)

    def call(self, told: Mapping[Variable | Arrived, str], region: str, unknowns: Unknowns) -> Call:
        """Return the call with the values that the template gives to variables and events.

        Args:
            told: Their values.
            region: Where it goes.
            unknowns: Gives a token to each argument that is needed and that the code does not tell.
        """
        filled = _filled(self.arguments, told)
        shape = model_of(self.service).input_of(self.operation)
        where = f"{self.file.name}:{self.line}"
        untold = [name for name, value in self.arguments.items() if _is_untold(value, told)]
        needed = [*(shape.required_members if shape else ()), *untold]
        completed = _completed(filled, shape, needed, where, unknowns)
        return Call(self.service, self.operation, completed, region)


@dataclass(frozen=True)
class Unread:
    """Something in code that may call AWS, and whose calls no line tells.

    Args:
        file: Where it stands.
        line: As above.
        what: A library, a method of a client, a client.
        services: What it may call, as boto3 names them; `*` for any.
        heard: Whether tests hear its calls. Default: they do, unless they put a fake in its place.
        needs: The variable without which it does not run. Default: it always may.
        region: Where it is, if the code names that, or what stands for a value or a variable. Default: where
            the function runs, or not told.
    """

    file: Path
    line: int
    what: str
    services: tuple[str, ...]
    heard: bool = True
    needs: str = ""
    region: str = ""

    @property
    def place(self) -> str:
        """File and line, as seen from the current folder."""
        return place_of(self.file, self.line)


def place_of(file: Path, line: int = 0) -> str:
    """Return a file, and the line if there is one, as seen from the current folder."""
    place = Path(os.path.relpath(file)).as_posix()
    return f"{place}:{line}" if line else place


def spelt(region: str) -> str:
    """Return a region as people read it."""
    if region == VALUE:
        return "a region that a value names"
    return f"the region of {region[1:]}" if region.startswith(OF_VARIABLE) else region


def _completed(
    given: Any, shape: Shape | None, needed: Iterable[str], where: str, unknowns: Unknowns
) -> dict[str, Any]:
    """Return arguments with a token for each text that is needed, or given, and not told."""
    completed = dict(given)
    nested = [name for name, value in given.items() if isinstance(value, Mapping | list)]
    for name in dict.fromkeys((*needed, *nested)):
        member = shape.members.get(name) if shape else None
        if member is None:
            continue
        if member.type_name == "string" and not isinstance(completed.get(name), str):
            completed[name] = unknowns.token(f"{name} in {where}")
        elif member.type_name == "structure" and isinstance(completed.get(name, {}), Mapping):
            inner = completed.get(name, {})
            completed[name] = _completed(inner, member, member.required_members, where, unknowns)
        elif member.type_name == "list" and member.member.type_name == "structure":
            item = member.member
            elements = completed.get(name) or ([{}] if item.required_members else [])
            if elements:
                completed[name] = [
                    _completed(each, item, item.required_members, where, unknowns)
                    for each in elements
                    if isinstance(each, Mapping)
                ]
        elif member.type_name == "list" and member.member.type_name == "string" and not completed.get(name):
            completed[name] = [unknowns.token(f"{name} in {where}")]
    return completed


def _filled(value: Any, told: Mapping[Variable | Arrived, str]) -> Any:
    if isinstance(value, Variable | Arrived):
        return told.get(value)
    if isinstance(value, Mapping):
        filled = {_filled(key, told): _filled(each, told) for key, each in value.items()}
        return {key: each for key, each in filled.items() if None not in (key, each)}
    if isinstance(value, list):
        return [each for each in (_filled(each, told) for each in value) if each is not None]
    return value


def _is_untold(value: Any, told: Mapping[Variable | Arrived, str]) -> bool:
    [inner] = value if isinstance(value, list) and len(value) == 1 else [value]
    return inner is None or (isinstance(inner, Variable | Arrived) and inner not in told)


def _is_open(value: Any) -> bool:
    if isinstance(value, Mapping):
        return any(_is_open(each) for pair in value.items() for each in pair)
    return any(map(_is_open, value)) if isinstance(value, list) else value is None


def _told_elsewhere(value: Any) -> Iterator[Variable | Arrived]:
    if isinstance(value, Variable | Arrived):
        yield value
    elif isinstance(value, Mapping):
        for pair in value.items():
            yield from _told_elsewhere(list(pair))
    elif isinstance(value, list):
        for each in value:
            yield from _told_elsewhere(each)

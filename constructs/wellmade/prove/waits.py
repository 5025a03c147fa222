"""What Step Functions needs beside the call of a task: `prove/data/integrations.txt`, read and filled in."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

from wellmade.graph import Value, written
from wellmade.graph.resolve.state_machines import operation_of
from wellmade.prove.calls.call import Need
from wellmade.prove.calls.passing import pass_to
from wellmade.prove.deployed.naming import Naming
from wellmade.prove.deployed.own_arns import own_arn, role_arn
from wellmade.prove.deployed.unknowns import has_unknown
from wellmade.prove.tasks import given_to, has_other_role

FILE = Path(__file__).parent / "data" / "integrations.txt"
ONLY_ABORTED = "Step Functions stops what runs only where an execution is aborted"
"""When alone it needs what AWS's guide asks for and the CDK does not grant."""
_RULE = ("events:PutTargets", "events:PutRule", "events:DescribeRule")
_PLACE = re.compile(r"\{(\w+)(:name)?(\|\*)?\}")
_ROLE = re.compile(r"role:\{(\w+)\}")


class Besides(NamedTuple):
    """Something that Step Functions needs."""

    need: Need
    required: bool = True
    only_if: str = ""
    """When alone it does, if that is not known."""


class _Line(NamedTuple):
    needs: tuple[str, ...]
    rule: str = ""


def is_known(called: str) -> bool:
    """Tell whether it is known what the task needs, whose operation no API has."""
    return ("do", *operation_of(called)) in _read()


def is_awaited(called: str) -> bool:
    """Tell whether it is known what waits for the end of what a task starts."""
    return ("wait", *operation_of(called)) in _read()


def besides_of(task: Mapping[str, Value], naming: Naming) -> Iterator[Besides]:
    """Yield what Step Functions needs beside the call of a task."""
    called = written(task.get("Resource", ""))
    if has_other_role(task):
        return
    for kind in ("do", *(["wait"] if ".sync" in called else [])):
        if line := _read().get((kind, *operation_of(called))):
            for word in line.needs:
                yield from _filled(word, given_to(task), naming)
            for action in _RULE if line.rule else ():
                yield Besides(Need(action, own_arn("events", f"rule/{line.rule}", naming)))


def _filled(word: str, given: Mapping[str, Value], naming: Naming) -> Iterator[Besides]:
    action, _, resource = word.lstrip("?~").partition("@")
    required, only_if = not word.startswith("?"), ONLY_ABORTED if word.startswith("~") else ""
    if role := _ROLE.fullmatch(resource):
        for text in _texts(role[1], given, naming):
            yield Besides(pass_to(role_arn(text, naming), "elasticmapreduce"), required, only_if)
        return
    place = _PLACE.sub(lambda found: _told(found, given, naming), resource)
    service = action.partition(":")[0]
    arn = place if place == "*" else own_arn(service, place, naming)
    yield Besides(Need(action, arn), required, only_if)


def _told(place: re.Match[str], given: Mapping[str, Value], naming: Naming) -> str:
    """Return what a task hands on; of an ARN its name; an asterisk where it is not one known text."""
    texts = list(_texts(place[1], given, naming))
    if len(texts) != 1:
        return "*"
    parts = texts[0].split(":", 7)
    whole = ":".join(parts[:7]) if place[2] and len(parts) > 6 else texts[0]  # without a version or an alias
    name = re.split("[:/]", whole)[-1] if place[2] else whole
    return "*" if has_unknown(name) else name


def _texts(name: str, given: Mapping[str, Value], naming: Naming) -> Iterator[str]:
    value = given.get(name)
    if value is not None and not (isinstance(value, str) and value.startswith("{%")):
        yield from naming.texts(value)


@cache
def _read() -> Mapping[tuple[str, str, str], _Line]:
    found = {}
    for words in map(str.split, FILE.read_text().splitlines()):
        if words and not words[0].startswith("#"):
            kind, service, operation, *rest = words
            rules = [word.removeprefix("rule:") for word in rest if word.startswith("rule:")]
            needs = tuple(word for word in rest if not word.startswith("rule:"))
            found[kind, service, operation] = _Line(needs, "".join(rules))
    return found

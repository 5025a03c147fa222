"""The table of irregular operations, `prove/data/operations.txt`; a new operation costs a line."""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

from wellmade.facts.partitions import partition_of
from wellmade.prove.calls.call import AccountContext, Call, Need, Rule, called_unknown
from wellmade.prove.calls.catalogue import prefix_of

FILE = Path(__file__).parents[1] / "data" / "operations.txt"
_PLACE = re.compile(r"\{([^}]+)\}")


class _Wanted(NamedTuple):
    """A need as the table writes it."""

    action: str
    resource: str
    optional: bool


class _Table(NamedTuple):
    operations: Mapping[tuple[str, str], tuple[_Wanted, ...]]
    names: Mapping[tuple[str, str], tuple[str, ...]]
    besides: Mapping[tuple[str, str], tuple[_Wanted, ...]]


def rule_for(call: Call) -> Rule | None:
    """Return how the table maps an operation; None if it does not hold it."""
    wanted = _read().operations.get((call.service, call.operation))
    if wanted is None:
        return None

    def needs(call: Call, account: AccountContext) -> Iterator[Need]:
        for each in wanted:
            yield from _needs(call, account, each)

    return needs


def parameters_for(prefix: str, kind: str) -> tuple[str, ...]:
    """Return which parameters name a kind of resource, beside those of its own name."""
    return _read().names.get((prefix, kind), ())


def actions_of(call: Call) -> list[str]:
    """Return the actions that the table has for a call."""
    return [each.action for each in _read().operations.get((call.service, call.operation), ())]


def besides(call: Call, account: AccountContext) -> Iterator[Need]:
    """Yield what a call may need besides, as far as its parameters name it."""
    for each in _read().besides.get((call.service, call.operation), ()):
        yield from _needs(call, account, each)


def actions_beside(call: Call) -> frozenset[str]:
    """Return the actions that a call may need besides."""
    return frozenset(each.action for each in _read().besides.get((call.service, call.operation), ()))


def operations() -> frozenset[tuple[str, str]]:
    """Return every client and operation of the table."""
    return frozenset(_read().operations)


def _needs(call: Call, account: AccountContext, wanted: _Wanted) -> Iterator[Need]:
    prefix, _, name = wanted.action.rpartition(":")
    action = f"{prefix or prefix_of(call)}:{name}"
    found = list(_resources(call, account, wanted, action.partition(":")[0]))
    if not found and not wanted.optional:
        raise call.unmapped(f"it does not tell {wanted.resource}, which {action} acts on")
    for resource in found:
        if name == "PassRole":
            context = {"iam:PassedToService": f"{prefix_of(call)}.amazonaws.com"}
            yield Need(action, account.role(call, resource), context)
        else:
            yield Need(action, resource)


def _resources(call: Call, account: AccountContext, wanted: _Wanted, service: str) -> Iterator[str]:
    resource = wanted.resource
    if resource == "*":
        yield resource
    elif resource.startswith("^"):
        if any(_given(call.parameters, resource[1:])):
            yield called_unknown(f"what {resource[1:]} of {call.operation} names")
    elif resource.startswith("="):
        yield from _given(call.parameters, resource[1:])
    else:
        places = _PLACE.findall(resource)
        for values in product(*(_values(call.parameters, place) for place in places)):
            if len(values) == 1 and values[0].startswith("arn:"):
                yield values[0]
            else:
                yield _arn(call, account, service, _filled(resource, values))


def _filled(resource: str, values: Iterable[str]) -> str:
    left = iter(values)
    return _PLACE.sub(lambda _: next(left), resource)


def _arn(call: Call, account: AccountContext, service: str, resource: str) -> str:
    """Return the ARN that a resource ends: of the action's service unless another stands before it."""
    resource = resource.replace("**", "*")
    if resource.startswith("s3:::"):
        return f"arn:{partition_of(call.region)}:{resource}"
    other, elsewhere, end = resource.rpartition("!")
    if elsewhere:
        return account.arn(call, other, end)
    for everywhere in ("dynamodb::", "iam::"):
        if resource.startswith(everywhere):
            name = resource.removeprefix(everywhere)
            return f"arn:{partition_of(call.region)}:{everywhere}{account.owner(call)}:{name}"
    return account.arn(call, service, resource)


def _values(parameters: Mapping[str, Any], place: str) -> list[str]:
    """Return what a place may read: the first of its parameters that is given, or its last word."""
    for name in place.split("|"):
        if found := list(_given(parameters, name)):
            return found
    last = place.rsplit("|", maxsplit=1)[-1]
    return [last] if "|" in place and (last == "*" or last.islower()) else []


def _given(parameters: Any, path: str) -> Iterator[str]:
    """Yield the texts at a path such as `SchemaId/SchemaName`; of a list, those of each entry."""
    if isinstance(parameters, list | tuple):
        for each in parameters:
            yield from _given(each, path)
    elif path and isinstance(parameters, Mapping):
        name, _, rest = path.partition("/")
        if name in parameters:
            yield from _given(parameters[name], rest)
    elif not path and isinstance(parameters, str | int) and parameters != "":
        yield str(parameters)


@cache
def _read() -> _Table:
    operations: dict[tuple[str, str], tuple[_Wanted, ...]] = {}
    names: dict[tuple[str, str], tuple[str, ...]] = {}
    besides: dict[tuple[str, str], tuple[_Wanted, ...]] = {}
    for line in FILE.read_text().splitlines():
        words = line.split() if not line.startswith("#") else []
        if words[:1] == ["name"]:
            names[words[1], words[2]] = tuple(name for word in words[3:] for name in word.split("|"))
        elif words[:1] == ["beside"]:
            besides[words[1], words[2]] = tuple(_wanted(f"?{word}") for word in words[3:])
        elif words:
            operations[words[0], words[1]] = tuple(map(_wanted, words[2:]))
    return _Table(operations, names, besides)


def _wanted(word: str) -> _Wanted:
    action, _, resource = word.removeprefix("?").partition("@")
    return _Wanted(action, resource, optional=word.startswith("?"))

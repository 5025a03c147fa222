"""What calls in code act on once deployed: the template tells variables, and what arrives in the event."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from wellmade.graph import Graph, Resource, Value
from wellmade.prove.calls import Call
from wellmade.prove.deployed.arrivals import Arrivals
from wellmade.prove.deployed.naming import Naming
from wellmade.prove.reading.sites import Arrived, Site, Variable

_Key = TypeVar("_Key")


class Arguments:
    """Fills the arguments of call sites.

    Args:
        graph: The templates.
        naming: How their values read.
    """

    def __init__(self, graph: Graph, naming: Naming) -> None:
        self._graph = graph
        self._naming = naming
        self._arrivals = Arrivals(graph, naming)

    def calls(self, workload: Resource, sites: Sequence[Site]) -> list[list[Call]]:
        """Return what each site calls: several calls where conditions or events give it several values."""
        variables = self._graph.environment_of(workload) if sites else {}
        return [list(self._calls(workload, site, variables)) for site in sites]

    def _calls(self, workload: Resource, site: Site, variables: Mapping[str, Value]) -> Iterator[Call]:
        told = {each: self._texts(workload, each, variables) for each in site.told_elsewhere}
        for values in _variants(told):
            yield site.call(values, self._naming.region, self._naming.unknowns)

    def _texts(
        self, workload: Resource, told: Variable | Arrived, variables: Mapping[str, Value]
    ) -> list[str]:
        if isinstance(told, Arrived):
            return self._arrivals.texts(workload, told.path)
        if told.name in variables:
            return self._naming.texts(variables[told.name])
        return [told.default] if told.default else []

    def as_deployed(self, workload: Resource, call: Call, site: Site) -> list[Call]:
        """Return a call of tests as it is made when deployed.

        What the template says that arrives goes before what tests let arrive; what they did not set, the code
        tells.
        """
        if None in call.parameters.values():
            written = self._calls(workload, site, self._graph.environment_of(workload))
            return [
                replace(call, parameters={**call.parameters, **_set(each), **_set(call)}) for each in written
            ]
        told = {
            name: self._arrivals.texts(workload, value.path)
            for name, value in _arriving(site)
            if name in call.parameters
        }
        return [_with(call, each) for each in _variants(told)]


def with_defaults(variables: Mapping[str, Sequence[str]], sites: Iterable[Site]) -> dict[str, list[str]]:
    """Return what variables read in tests: what the code takes where they are not set, too."""
    read = {name: list(texts) for name, texts in variables.items()}
    for each in (told for site in sites for told in site.told_elsewhere):
        if isinstance(each, Variable) and each.default and each.default not in read.setdefault(each.name, []):
            read[each.name].append(each.default)
    return read


def _arriving(site: Site) -> Iterator[tuple[str, Arrived]]:
    """Yield the parameters that hold a value of the event, or one alone in a list."""
    for name, value in site.arguments.items():
        [inner] = value if isinstance(value, list) and len(value) == 1 else [value]
        if isinstance(inner, Arrived):
            yield name, inner


def _with(call: Call, told: Mapping[str, str]) -> Call:
    given = {name: [text] if isinstance(call.parameters[name], list) else text for name, text in told.items()}
    return replace(call, parameters={**call.parameters, **given})


def _set(call: Call) -> dict[str, Any]:
    return {name: value for name, value in call.parameters.items() if value is not None}


def _variants(told: Mapping[_Key, Sequence[str]]) -> Iterator[dict[_Key, str]]:
    """Yield values for what is told: the first of each, and then each other one beside the first ones."""
    first = {name: texts[0] for name, texts in told.items() if texts}
    yield first
    for name, texts in told.items():
        yield from ({**first, name: other} for other in texts[1:])

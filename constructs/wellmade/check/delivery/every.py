"""All needs of all edges, worked out once for a graph, and what is missing of them."""

from collections.abc import Callable, Iterator
from weakref import WeakKeyDictionary

from wellmade.check.delivery import messages
from wellmade.check.delivery.deployed import Deployed
from wellmade.check.delivery.judge import Judge
from wellmade.check.delivery.need import Need, Sender
from wellmade.check.delivery.senders import (
    apis,
    buckets,
    callers,
    events,
    functions,
    keys,
    logs,
    services,
    tasks,
    topics,
    workflows,
)
from wellmade.check.rule import Violation
from wellmade.graph import Graph

_MODULES = (apis, buckets, callers, events, functions, logs, services, tasks, topics, workflows)
_KNOWN: "WeakKeyDictionary[Graph, dict[str, list[Violation]]]" = WeakKeyDictionary()


def missing(rule: str) -> Callable[[Graph], Iterator[Violation]]:
    """Return the check of a rule: it yields every need of that rule that is surely not met."""

    def check(graph: Graph) -> Iterator[Violation]:
        if graph not in _KNOWN:
            _KNOWN[graph] = _judged(graph)
        yield from _KNOWN[graph].get(rule, ())

    return check


def needs_of(deployed: Deployed) -> Iterator[Need]:
    """Yield what every edge needs, with the keys on the way."""
    for need in _needs(deployed):
        yield need
        yield from keys.needs_of(deployed, need)


def _needs(deployed: Deployed) -> Iterator[Need]:
    for module in _MODULES:
        senders: dict[str, Sender] = module.SENDERS
        for name, sender in senders.items():
            for resource in deployed.graph.of_type(name):
                yield from sender(deployed, resource)
    yield from keys.of_grants(deployed)


def _judged(graph: Graph) -> dict[str, list[Violation]]:
    deployed = Deployed(graph)
    judge = Judge(deployed)
    found: dict[str, dict[tuple[str, str, str], Violation]] = {}
    for need in needs_of(deployed):
        actions, why = judge.missing(need)
        if actions:
            key = (need.rule, need.at.id, need.path + need.target.id + need.purpose)
            found.setdefault(need.rule, {})[key] = messages.violation(deployed, need, actions, why)
    return {rule: list(violations.values()) for rule, violations in found.items()}

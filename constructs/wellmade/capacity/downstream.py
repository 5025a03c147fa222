"""The inequalities of what functions and tasks call."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from wellmade.capacity.known_values import DATABASES, KnownValues
from wellmade.capacity.names import short
from wellmade.capacity.runs import Run, at, claims_of, consumers
from wellmade.capacity.system import Limit
from wellmade.capacity.tables import TABLES, table_limits
from wellmade.capacity.units import AT_ONCE, PER_SECOND
from wellmade.graph import Kind, Resource


def downstream(known: KnownValues, runs: Sequence[Run]) -> Iterator[Limit]:
    """Yield what functions call: databases, tables, and named limits."""
    called: dict[str, dict[str, float]] = {}
    for consumer in consumers(runs):
        every = dict(_called(known, consumer))
        for target, times in every.items():
            database = target in known.graph.resources and known.graph.resources[target].type in DATABASES
            claims = claims_of(consumer, runs)
            if database:
                held = known.stated_or_assume(consumer, "connections", 1.0, "database connections of a run")
                factors = {key: cost * held for key, cost in claims.items()}
            else:
                items = known.stated_or_default(consumer, "items", 1.0)
                attempts = {run.channel.id: run.attempts for run in runs}
                factors = {key: times * items * attempts[key] for key in claims}
            called.setdefault(target, {}).update(factors)
    for target, claims in called.items():
        yield from (replace(limit, holds=True) for limit in _called_limit(known, target, claims))


def _called(known: KnownValues, consumer: Resource) -> Iterator[tuple[str, float]]:
    for value in known.graph.environment_of(consumer).values():
        target = known.graph.target(value)
        if target and target.type in DATABASES:
            yield target.id, 1.0
    for edge in known.graph.edges(kind=Kind.WRITES, source=consumer):
        if edge.target.type in TABLES:
            if edge.target.id not in known.calls(consumer):
                known.assume(f"{short(consumer)}: writes to {short(edge.target)} once for each item")
            yield edge.target.id, known.calls(consumer).get(edge.target.id, 1.0)
    yield from known.calls(consumer).items()


def _called_limit(known: KnownValues, target: str, claims: Mapping[str, float]) -> Iterator[Limit]:
    resource = known.graph.resources.get(target)
    if resource is None:
        yield Limit(
            f"limit of {target}", f"limits.{target}", known.workload.limits[target], PER_SECOND, claims
        )
    elif resource.type in DATABASES:
        yield Limit(
            f"connections of {short(resource)}",
            f"connections of {at(resource)}",
            _connections(known, resource),
            AT_ONCE,
            claims,
        )
    elif resource.type in TABLES:
        yield from table_limits(known, resource, claims)
    elif not known.graph.edges(source=resource):
        known.leave(f"{short(resource)}: no limit of it is known", "it is taken to answer all calls")


def _connections(known: KnownValues, database: Resource) -> float:
    stated = known.connections(database)
    total = 100.0 if stated is None else stated
    if stated is None:
        known.assume(
            f"{short(database)}: the database takes 100 connections (say databases.<name>.connections)"
        )
    for edge in known.graph.edges(source=database):
        percent = edge.via.number("ConnectionPoolConfigurationInfo.MaxConnectionsPercent", 100.0)
        if edge.via.type == "AWS::RDS::DBProxyTargetGroup" and percent is not None:
            return total * percent / 100
    return total

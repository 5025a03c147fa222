"""The inequalities of concurrency: of each function, of each service, of the account."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from math import inf

from wellmade.capacity.known_values import FUNCTIONS, TASK, KnownValues
from wellmade.capacity.names import short
from wellmade.capacity.ramp import Ramp
from wellmade.capacity.runs import Run, at, claims_of, consumers
from wellmade.capacity.scaling import scaled_tasks
from wellmade.capacity.system import Change, Limit
from wellmade.capacity.units import AT_ONCE, EVENT_AGE_SETTING, PER_SECOND
from wellmade.facts.lambda_ import REQUESTS_PER_ENVIRONMENT, SCALES_BY, SCALES_EVERY
from wellmade.graph import Resource


def functions(known: KnownValues, runs: Sequence[Run]) -> Iterator[Limit]:
    """Yield the reserved concurrency of functions and the most tasks of services."""
    for consumer in consumers(runs):
        claims = claims_of(consumer, runs)
        if consumer.type == TASK:
            yield _tasks(known, consumer, claims)
        elif (reserved := reservation(known, consumer)) is not None:
            name = f"reserved concurrency of {short(consumer)}"
            setting = f"ReservedConcurrentExecutions of {at(consumer)}"
            change = Change(consumer.id, "ReservedConcurrentExecutions")
            every = (
                Limit(name, setting, reserved, AT_ONCE, claims, throttles=True),
                _requests(f"requests of {short(consumer)}", setting, reserved, [consumer], runs),
                *_scaling(consumer, setting, reserved, claims),
            )
            yield from (replace(limit, change=change) for limit in every)


def _requests(
    name: str, setting: str, concurrency: float, functions: Sequence[Resource], runs: Sequence[Run]
) -> Limit:
    """However short runs are, each unit of concurrency takes so many of them a second; events are exempt."""
    claims = {run.channel.id: run.runs for run in runs if run.consumer in functions and not _is_event(run)}
    each = float(REQUESTS_PER_ENVIRONMENT)
    allowed = max(0.0, concurrency * each)
    return Limit(name, setting, allowed, PER_SECOND, claims, per=each, present=concurrency, by_second=True)


def _is_event(run: Run) -> bool:
    return run.channel.buffered and run.channel.kept_by == EVENT_AGE_SETTING


def _scaling(function: Resource, setting: str, most: float, claims: Mapping[str, float]) -> Iterator[Limit]:
    """A function gains so many executions at once in some seconds, and not all of a large quota."""
    if most > SCALES_BY and claims:
        ramp = Ramp(float(SCALES_BY), float(SCALES_EVERY), float(SCALES_BY))
        yield Limit(f"scaling of {short(function)}", setting, most, AT_ONCE, claims, ramp=ramp)


def _tasks(known: KnownValues, task: Resource, claims: Mapping[str, float]) -> Limit:
    graph = known.graph
    services = [
        one for one in graph.of_type("AWS::ECS::Service") if graph.target(one.get("TaskDefinition")) is task
    ]
    if not services:
        known.assume(f"{short(task)}: one task, as no service runs it")
    each = known.stated_or_assume(task, "concurrency", 1.0, "messages at once in a task")
    sources = [channel.split(" > ")[0] for channel in claims]
    sizes = [scaled_tasks(known, task, service, sources, each) for service in services] or [
        ("DesiredCount", 1.0, None)
    ]
    setting = f"{sizes[0][0]} of {at((services or [task])[0])}"
    most = sum(count for _, count, _ in sizes)
    ramp = sizes[0][2] if len(sizes) == 1 else None
    return Limit(f"tasks of {short(task)}", setting, most * each, AT_ONCE, claims, per=each, ramp=ramp)


def account_pool(known: KnownValues, runs: Sequence[Run]) -> Iterator[Limit]:
    """Yield what all functions share: the pool, and the part of it that may be reserved."""
    change = Change("account", "concurrency")
    yield from (replace(limit, change=change) for limit in _account_pool(known, runs))


def _account_pool(known: KnownValues, runs: Sequence[Run]) -> Iterator[Limit]:
    account = known.workload.account
    for key in ("concurrency", "keep_free", "used_elsewhere"):
        if key not in known.workload.stated:
            known.assume(f"account: {key} {getattr(account, key):,.0f} (AWS's default)")
    functions = known.graph.of_type(*FUNCTIONS)
    reserved = sum(reservation(known, one) or 0.0 for one in functions)
    quota = "the account's quota of concurrent executions"
    reservable = account.concurrency - account.keep_free
    yield Limit(
        "reservations of the account", quota, reservable, AT_ONCE,
        constant=reserved, suggestion=reserved + account.keep_free, present=account.concurrency,
    )  # fmt: skip
    unreserved = [one for one in functions if reservation(known, one) is None]
    claims: dict[str, float] = {}
    for function in unreserved:
        claims |= claims_of(function, runs)
    if len(claims) > 1:
        known.assume(
            "account pool: batches are full; flows that share it with part-filled ones reach it sooner"
        )
    idle, floors = _provisioned(known, unreserved, runs)
    pool = account.concurrency - reserved - account.used_elsewhere
    yield Limit(
        "account pool", quota, pool, AT_ONCE, claims, idle, floors,
        present=account.concurrency, throttles=True,
    )  # fmt: skip
    if claims:
        yield _requests("requests of the account", quota, pool, unreserved, runs)
    for function in unreserved:
        yield from _scaling(function, quota, pool, claims_of(function, runs))


def _provisioned(
    known: KnownValues, functions: Sequence[Resource], runs: Sequence[Run]
) -> tuple[float, tuple[tuple[frozenset[str], float], ...]]:
    """Return what is provisioned for functions without load, and the floors of those with load."""
    provisioned = provisions(known)
    idle, floors = 0.0, []
    for function in functions:
        own, floor = claims_of(function, runs), provisioned.get(function.id, 0.0)
        if own and floor:
            floors.append((frozenset(own), floor))
        elif not own:
            idle += floor
    return idle, tuple(floors)


def provisions(known: KnownValues) -> dict[str, float]:
    """Return the provisioned concurrency of each function, of all its aliases and versions."""
    found: dict[str, float] = {}
    for alias in known.graph.of_type("AWS::Lambda::Alias", "AWS::Lambda::Version"):
        function = known.graph.function(alias.get("FunctionName"))
        path = "ProvisionedConcurrencyConfig.ProvisionedConcurrentExecutions"
        count = known.number(alias, path, 0.0)
        if function and count:
            found[function.id] = found.get(function.id, 0.0) + count
    return found


def reservation(known: KnownValues, function: Resource) -> float | None:
    """Return the reserved concurrency; None when there is none or it is unknown."""
    found = known.number(function, "ReservedConcurrentExecutions", inf)
    return None if found == inf else found

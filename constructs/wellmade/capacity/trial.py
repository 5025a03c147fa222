"""Try changes of settings: build the system anew with them, and see what then breaks."""

from collections.abc import Mapping
from dataclasses import replace

from wellmade.capacity.build import Model, build
from wellmade.capacity.located_yaml import Scalar
from wellmade.capacity.outcome import Outcome
from wellmade.capacity.system import Change, Limit, System
from wellmade.capacity.workload import Workload

Changes = Mapping[Change, Scalar]
ACCOUNT, LIMIT = "account", "limit"
"""What is changed where it is no resource: the account's quota, and a limit by its name."""


def tried(model: Model, changes: Changes, multiple: float) -> tuple[System, Outcome]:
    """Return the system with changed settings, and what happens in it at a multiple of the load."""
    if any(one.of != LIMIT for one in changes):
        system = build(model.graph, _stated(model.workload, changes)).system
    else:
        system = model.system
    system = replace(system, limits=tuple(_changed(limit, changes) for limit in system.limits))
    return system, Outcome(system, multiple)


def _stated(workload: Workload, changes: Changes) -> Workload:
    settings = {name: dict(entries) for name, entries in workload.settings.items()}
    account = workload.account
    for change, value in changes.items():
        if change.of == ACCOUNT:
            account = replace(account, concurrency=float(value))
        elif change.of != LIMIT:
            settings.setdefault(change.of, {})[change.path] = value
    return replace(workload, settings=settings, account=account, stated=workload.stated | {"concurrency"})


def _changed(limit: Limit, changes: Changes) -> Limit:
    value = changes.get(Change(LIMIT, limit.name))
    if value is None or isinstance(value, str):
        return limit
    if not limit.claims:
        return replace(limit, allowed=max(limit.allowed, limit.constant))
    return replace(limit, allowed=limit.allowed + (value - limit.now()) * limit.per, present=value)

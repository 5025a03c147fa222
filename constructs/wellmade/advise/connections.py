"""How many connections the printed lines keep in a database, and how large it is for them."""

from wellmade.advise.sizes import allowed_tasks, reserved, tasks, wanted
from wellmade.advise.workload import Workload
from wellmade.facts.aurora import CONNECTIONS, LEAST_CAPACITY, PERCENT_FOR_THE_PROXY, connections_at

RESERVED = 20
"""Runs at once of a function before a database, where nothing says how many it takes."""
_POOL = 5
"""Connections of a task; a run of a function has one."""
_RELEASE = 2
"""A release of a service starts the new tasks before it stops the old."""
_CAPACITY = 4
"""Most capacity units of a `RelationalStore` where nothing is said."""
MOST = max(CONNECTIONS.values()) * PERCENT_FOR_THE_PROXY // 100
"""Connections that the proxy of the largest database has."""
MOST_TASKS = MOST // _RELEASE
"""Tasks that have a connection each."""


def each(kind: str, workload: Workload) -> int:
    """Return the connections of one copy of what uses a database: fewer where there are many tasks."""
    if kind == "function":
        return 1
    if kind != "task":
        return _POOL
    allowed = int(workload.number("downstream")) or _POOL
    return max(1, min(_POOL, allowed, MOST_TASKS // tasks(workload)))


def bound_option(kind: str, used: str, workload: Workload) -> str:
    """Return how many copies use a database at most, where their own options do not say so."""
    if used == "task":
        return ", max_concurrency=2"
    free = kind == "function" and reserved(workload, RESERVED) is None
    return f", max_concurrency={_copies(workload)}" if free else ""


def capacity_options(kind: str, used: str, workload: Workload) -> str:
    """Return the capacity of a database, where what it has by itself gives too few connections."""
    held = _held(kind, used, workload)
    least = next((one for one in (LEAST_CAPACITY, 1) if held <= _given(max(CONNECTIONS), one)), 1)
    sizes = [one for one in CONNECTIONS if one >= _CAPACITY]
    capacity = next((one for one in sizes if held <= _given(one, least)), sizes[-1])
    from_one = "" if least == LEAST_CAPACITY else f", min_capacity={least}"
    return f"{from_one}, max_capacity={capacity}" if capacity > _CAPACITY else ""


def _held(kind: str, used: str, workload: Workload) -> int:
    if kind == "function":
        return _copies(workload)
    if kind != "task" or used == "task":
        return 0
    pool = each(kind, workload)
    return _RELEASE * tasks(workload, allowed_tasks(workload, MOST_TASKS, pool)) * pool


def _copies(workload: Workload) -> int:
    return min(wanted(workload, RESERVED), MOST)


def _given(capacity: int, least: float) -> int:
    return connections_at(capacity, least) * PERCENT_FOR_THE_PROXY // 100

"""What API Gateway and an application load balancer cost a month, by rate and size, from one price file.

What both cost alike is left out: functions, logs, and what leaves AWS.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from math import ceil

from wellmade.facts.apigateway import HTTP_METERED_KILOBYTES
from wellmade.facts.load_balancing import UNIT_CONNECTIONS, UNIT_GIGABYTES
from wellmade.facts.prices import HOURS_A_MONTH, KILOBYTES_A_GIGABYTE, SECONDS_A_MONTH, price

HTTP, REST, LOAD_BALANCER = "HTTP API", "REST API", "load balancer"
KINDS = (HTTP, REST, LOAD_BALANCER)
TIERS: Mapping[str, tuple[tuple[float, str], ...]] = {
    HTTP: ((300, "api_http_million_to_300"), (float("inf"), "api_http_million_beyond")),
    REST: ((333, "api_rest_million_to_333"), (1000, "api_rest_million_to_1000")),
}
"""Up to how many millions of requests a month a price holds; beyond the last one there is none."""


PRICES = (
    *(name for tiers in TIERS.values() for _, name in tiers),
    "load_balancer_hour",
    "load_balancer_unit_hour",
    "public_ipv4_hour",
)
"""All that these costs are made of."""


@dataclass(frozen=True)
class Traffic:
    """What comes in, on average of a month.

    Args:
        rate: Requests a second.
        kilobytes: Of a request and its answer together. Default: 10.
        requests_per_connection: How many requests one connection carries. Default: 1, which costs most.
        target: What answers behind a load balancer, `function` or `server`. Default: `function`.
        zones: Zones of the load balancer, with a public address each. Default: 2.
    """

    rate: float
    kilobytes: float = 10
    requests_per_connection: float = 1
    target: str = "function"
    zones: int = 2


def monthly_costs(traffic: Traffic) -> dict[str, float | None]:
    """Return US dollars a month by kind; None where the price file has no price for so many requests."""
    return {HTTP: _api(HTTP, traffic), REST: _api(REST, traffic), LOAD_BALANCER: _load_balancer(traffic)}


def crossing(kind: str, traffic: Traffic) -> float | None:
    """Return the requests a second above which a load balancer costs less than an API of a kind.

    None where it never does, up to the most requests that have a price.

    Args:
        kind: `HTTP API` or `REST API`.
        traffic: Whose size, connections and target count; its rate does not.
    """

    def saved(rate: float) -> float:
        costs = monthly_costs(replace(traffic, rate=rate))
        api, balancer = costs[kind], costs[LOAD_BALANCER]
        return -1 if api is None or balancer is None else api - balancer

    low = 0.0
    for high in _bends(kind, traffic):
        if saved(high) > 0:
            return _bisect(saved, low, high)
        low = high
    return None


_MOST_RATE = 100_000
"""Requests a second; nobody asks about more with list prices."""


def _bends(kind: str, traffic: Traffic) -> list[float]:
    """Return the rates at which another price begins, and the last one that has a price."""
    millions = [end for end, _ in TIERS[kind]]
    rates = [end * 1e6 / SECONDS_A_MONTH / _counted(kind, traffic) for end in millions]
    return [min(rate, _MOST_RATE) for rate in rates]


def _bisect(saved: Callable[[float], float], low: float, high: float) -> float:
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (low, middle) if saved(middle) > 0 else (middle, high)
    return high


def _counted(kind: str, traffic: Traffic) -> int:
    """Return for how many one request is counted."""
    return max(1, ceil(traffic.kilobytes / HTTP_METERED_KILOBYTES)) if kind == HTTP else 1


def _api(kind: str, traffic: Traffic) -> float | None:
    left = traffic.rate * SECONDS_A_MONTH / 1e6 * _counted(kind, traffic)
    total, start = 0.0, 0.0
    for end, name in TIERS[kind]:
        within = min(left, end - start)
        total, left, start = total + within * price(name), left - within, end
    return total if left <= 1e-9 else None


def _load_balancer(traffic: Traffic) -> float:
    return HOURS_A_MONTH * (
        price("load_balancer_hour")
        + traffic.zones * price("public_ipv4_hour")
        + units(traffic) * price("load_balancer_unit_hour")
    )


def units(traffic: Traffic) -> float:
    """Return the capacity units in use: of the dimensions the one that takes most.

    Connections are taken to last less than a minute or two, so that their number at once never decides.
    """
    connections = traffic.rate / traffic.requests_per_connection / UNIT_CONNECTIONS
    gigabytes = traffic.rate * 3600 * traffic.kilobytes / KILOBYTES_A_GIGABYTE
    return max(connections, gigabytes / UNIT_GIGABYTES[traffic.target])

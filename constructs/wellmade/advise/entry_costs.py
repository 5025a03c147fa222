"""What lets requests in costs by their rate and size, as `wellmade ingress` compares it, in any region."""

from collections.abc import Callable, Mapping
from math import ceil

from wellmade.advise.fields import Value
from wellmade.advise.taken import Taken
from wellmade.advise.workload import Workload
from wellmade.cost.meter import Meter
from wellmade.cost.services import apigateway, load_balancing, vpc
from wellmade.facts.apigateway import HTTP_METERED_KILOBYTES
from wellmade.facts.prices import HOURS_A_MONTH, SECONDS_A_MONTH
from wellmade.ingress import Traffic
from wellmade.ingress.costs import units

_MESSAGE_KILOBYTES = 32
"""A message of a WebSocket is counted once for each of these. https://aws.amazon.com/api-gateway/pricing/"""


def _requests(meter: Meter, kilobytes: float | None) -> Callable[[Workload, Mapping[str, Value]], Taken]:
    def taken(workload: Workload, _: Mapping[str, Value]) -> Taken:
        counted = max(1, ceil(workload.number("size") / kilobytes)) if kilobytes else 1
        yield meter, workload.number("rate") * SECONDS_A_MONTH * counted

    return taken


def _load_balancer(workload: Workload, values: Mapping[str, Value]) -> Taken:
    target = "function" if values["compute"] in ("lambda", "managed_instances") else "server"
    traffic = Traffic(workload.number("rate"), kilobytes=workload.number("size") or 1, target=target)
    yield load_balancing.APPLICATION, HOURS_A_MONTH
    yield load_balancing.APPLICATION_UNITS, units(traffic) * HOURS_A_MONTH
    yield vpc.ADDRESS_HOURS, traffic.zones * HOURS_A_MONTH


def _websocket(workload: Workload, _: Mapping[str, Value]) -> Taken:
    counted = max(1, ceil(workload.number("size") / _MESSAGE_KILOBYTES))
    yield apigateway.MESSAGES, workload.number("rate") * SECONDS_A_MONTH * counted
    yield apigateway.CONNECTED, workload.number("connected") * SECONDS_A_MONTH / 60


COSTS = {
    "http_api": _requests(apigateway.HTTP_REQUESTS, HTTP_METERED_KILOBYTES),
    "rest_api": _requests(apigateway.REST_REQUESTS, None),
    "load_balancer": _load_balancer,
    "websocket_api": _websocket,
    # Each file is asked for by one small request; its bytes never pass the API.
    "presigned": _requests(apigateway.HTTP_REQUESTS, None),
}

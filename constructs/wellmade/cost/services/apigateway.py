"""Amazon API Gateway: requests by kind of API."""

from collections.abc import Iterator
from math import inf

from wellmade.cost.meter import Charge, Meter, NotPriced, flat
from wellmade.cost.usage import Usage
from wellmade.facts.prices import HOURS_A_MONTH
from wellmade.graph import Resource
from wellmade.ingress.costs import HTTP, REST, TIERS

PAGE = "https://aws.amazon.com/api-gateway/pricing/"
BEYOND = {HTTP: (), REST: ((20_000, "api_rest_million_to_20000"), (inf, "api_rest_million_beyond"))}
"""Tiers that `wellmade ingress` compares no rates in."""
HTTP_REQUESTS, REST_REQUESTS = (
    Meter(
        f"{kind} requests",
        PAGE,
        tuple((end * 1e6, name) for end, name in (*TIERS[kind], *BEYOND[kind])),
        per=1e6,
    )
    for kind in (HTTP, REST)
)
MESSAGES = Meter(
    "WebSocket messages", PAGE,
    ((1e9, "api_gateway_websocket_1m_messages_first_1b"),
     (float("inf"), "api_gateway_websocket_1m_messages_over_1b")), per=1e6,
)  # fmt: skip
CONNECTED = flat("connection minutes", PAGE, "api_gateway_websocket_1m_connection_minutes", per=1e6)


def http(resource: Resource, usage: Usage) -> Iterator[Charge | NotPriced]:
    """Yield the requests of an HTTP API, or the messages of a WebSocket API."""
    if resource.get("ProtocolType", "HTTP") == "WEBSOCKET":
        yield Charge(MESSAGES, usage.requests(resource))
        yield NotPriced("minutes of connections, which the capacity file does not count")
    else:
        yield Charge(HTTP_REQUESTS, usage.requests(resource))


def rest(resource: Resource, usage: Usage) -> Iterator[Charge | NotPriced]:
    """Yield the requests of a REST API, and the cache of the stage that SAM gives it."""
    yield Charge(REST_REQUESTS, usage.requests(resource))
    yield from stage(resource, usage)


def stage(resource: Resource, _: Usage) -> Iterator[Charge | NotPriced]:
    """Yield the cache of a stage, by its size."""
    if not resource.flag("CacheClusterEnabled"):
        return
    size = resource.number("CacheClusterSize")
    if size is None:
        yield NotPriced("the cache of an API, of which the template does not tell the size")
        return
    price = f"api_gateway_rest_cache_{f'{size:g}'.replace('.', '_')}_gb_hour"
    yield Charge(flat(f"hours of a cache of {size:g} GB", PAGE, price), HOURS_A_MONTH, fixed=True)


PRICED = {
    "AWS::ApiGatewayV2::Api": http,
    "AWS::Serverless::HttpApi": http,
    "AWS::ApiGateway::RestApi": rest,
    "AWS::Serverless::Api": rest,
    "AWS::ApiGateway::Stage": stage,
}

"""Gap: the addresses of APIs, functions, websites and load balancers lead to somebody else's AWS.

MiniStack gives them the names that AWS would. What a stack prints, and what its functions are told in their
environment, leads here instead: to a path of the endpoint, which every program resolves, or, where a path
would break links, to a name below `localhost`.
"""

# ruff: noqa: SLF001 - patches replace private names of the pinned MiniStack; a test asserts that each exists

import os
import re
from collections.abc import Callable
from typing import Any

from ministack.services import alb
from ministack.services.cloudformation import provisioners, stacks

_AWS = r"amazonaws\.com(?:\.cn)?"
_LOCAL = r"localhost(?::\d+)?"
_PLACES: tuple[tuple[str, str], ...] = (
    (
        rf"https?://([a-z0-9]+)\.execute-api\.(?:[a-z0-9-]+\.{_AWS}|{_LOCAL})",
        r"http://{here}/_aws/execute-api/\1",
    ),
    (
        rf"wss?://([a-z0-9]+)\.execute-api\.(?:[a-z0-9-]+\.{_AWS}|{_LOCAL})",
        r"ws://{here}/_aws/execute-api/\1",
    ),
    (r"https?://([a-z0-9-]+)\.lambda-url\.[a-z0-9-]+\.on\.aws", r"http://{here}/_aws/lambda-url/\1"),
    (rf"https?://([a-z0-9.-]+?)\.s3-website[.-][a-z0-9-]+\.{_AWS}", r"http://\1.s3-website.localhost:{port}"),
    (rf"https?://([a-z0-9-]+)\.appsync-api\.[a-z0-9-]+\.{_AWS}/graphql", r"http://{here}/v1/apis/\1/graphql"),
    (r"(?:https?://)?([a-z0-9]+)\.cloudfront\.net", r"http://\1.cloudfront.localhost:{port}"),
    (r"https://[a-z0-9-]+\.auth\.[a-z0-9-]+\.amazoncognito\.com", r"http://{here}"),
    (rf"https?://([a-z0-9.-]+?)\.s3(?:\.[a-z0-9-]+)?\.{_AWS}", r"http://{here}/\1"),
    (rf"https?://s3(?:\.[a-z0-9-]+)?\.{_AWS}", r"http://{here}"),
)
_BALANCER = re.compile(r"(https?://)?([a-z0-9-]+\.[a-z0-9-]+\.elb\.amazonaws\.com)", re.IGNORECASE)


def apply() -> None:
    """Lead the outputs of stacks, and the environment of functions, here."""
    resolve = stacks._resolve_stack_outputs

    def resolve_here(*given: Any, **options: Any) -> Any:
        outputs, exports = resolve(*given, **options)
        return [{**each, "OutputValue": here(each["OutputValue"])} for each in outputs], exports

    stacks._resolve_stack_outputs = resolve_here
    handler = provisioners._RESOURCE_HANDLERS["AWS::Lambda::Function"]
    create, update = handler["create"], handler["update"]
    handler["create"] = lambda logical_id, properties, stack: create(logical_id, _told(properties), stack)
    handler["update"] = lambda identity, old, new, *more: update(identity, _told(old), _told(new), *more)


def here(text: str) -> str:
    """Return a text whose addresses of AWS lead to this cloud."""
    port = os.environ["GATEWAY_PORT"]
    for pattern, place in _PLACES:
        text = re.sub(pattern, place.format(here=f"127.0.0.1:{port}", port=port), text)
    return _BALANCER.sub(_balancer(port), text)


def _balancer(port: str) -> Callable[[re.Match[str]], str]:
    def lead(found: re.Match[str]) -> str:
        balancer = alb.find_lb_for_host(found[2])
        if balancer is None:
            return found[0]
        name = balancer["LoadBalancerName"]
        return f"http://127.0.0.1:{port}/_alb/{name}" if found[1] else f"{name}.alb.localhost:{port}"

    return lead


def _told(properties: dict[str, Any]) -> dict[str, Any]:
    """Lead the variables of a function here."""
    variables = (properties.get("Environment") or {}).get("Variables") or {}
    led = {name: here(value) if isinstance(value, str) else value for name, value in variables.items()}
    return {**properties, "Environment": {"Variables": led}} if variables else properties

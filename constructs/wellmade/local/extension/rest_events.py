"""Gap: the event of a REST API does not say under which name the API was called."""

# ruff: noqa: SLF001 - patches replace private names of the pinned MiniStack; a test asserts that each exists

from typing import Any

from ministack.services import apigateway, apigateway_v1

_LOCAL = ("", "localhost", "127.0.0.1")


def apply() -> None:
    """Give each event `domainName` and `domainPrefix`, as events of HTTP APIs have them."""
    build = apigateway_v1._build_lambda_event_v1

    def build_with_domain(api_id: str, *given: Any, **options: Any) -> dict[str, Any]:
        event: dict[str, Any] = build(api_id, *given, **options)
        named = {name.lower(): value for name, value in event["headers"].items()}.get("host", "")
        called = domain(api_id, named)
        event["requestContext"] |= {"domainName": called, "domainPrefix": called.partition(".")[0]}
        return event

    apigateway_v1._build_lambda_event_v1 = build_with_domain


def domain(api: str, host: str) -> str:
    """Return the name under which an API was called, as AWS would have it."""
    name = host.partition(":")[0]
    return f"{api}.execute-api.{apigateway._HOST}" if name in _LOCAL else name

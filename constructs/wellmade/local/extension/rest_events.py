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
        host = named.partition(":")[0]
        domain = f"{api_id}.execute-api.{apigateway._HOST}" if host in _LOCAL else host
        event["requestContext"] |= {"domainName": domain, "domainPrefix": domain.partition(".")[0]}
        return event

    apigateway_v1._build_lambda_event_v1 = build_with_domain

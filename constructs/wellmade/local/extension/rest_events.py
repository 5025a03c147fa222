"""Gap: the event of a REST API does not say how it was called, and has all headers in small letters.

On AWS names of headers are as clients write them; those that all clients write alike are written so here,
since the server has forgotten how they came. Headers of one's own stay in small letters.
"""

# ruff: noqa: SLF001 - patches replace private names of the pinned MiniStack; a test asserts that each exists

from typing import Any

from ministack.services import apigateway, apigateway_v1

_WRITTEN = {
    name.lower(): name
    for name in (
        "Accept",
        "Accept-Encoding",
        "Accept-Language",
        "Authorization",
        "Cache-Control",
        "Content-Length",
        "Content-Type",
        "Cookie",
        "Host",
        "If-Match",
        "If-None-Match",
        "Origin",
        "Referer",
        "User-Agent",
        "X-Amzn-Trace-Id",
        "X-Forwarded-For",
        "X-Forwarded-Port",
        "X-Forwarded-Proto",
    )
}
_LOCAL = ("", "localhost", "127.0.0.1")


def apply() -> None:
    """Give each event `domainName` and `domainPrefix`, as those of HTTP APIs have, and headers as written."""
    build = apigateway_v1._build_lambda_event_v1

    def build_with_domain(api_id: str, *given: Any, **options: Any) -> dict[str, Any]:
        event: dict[str, Any] = build(api_id, *given, **options)
        for key in ("headers", "multiValueHeaders"):
            event[key] = {_WRITTEN.get(name.lower(), name): value for name, value in event[key].items()}
        named = {name.lower(): value for name, value in event["headers"].items()}.get("host", "")
        called = domain(api_id, named)
        event["requestContext"] |= {"domainName": called, "domainPrefix": called.partition(".")[0]}
        return event

    apigateway_v1._build_lambda_event_v1 = build_with_domain


def domain(api: str, host: str) -> str:
    """Return the name under which an API was called, as AWS would have it."""
    name = host.partition(":")[0]
    return f"{api}.execute-api.{apigateway._HOST}" if name in _LOCAL else name

"""Gap: events of a REST API do not say how it was called, and have all headers in small letters.

So it is with events of functions and with those of the authorizers that are asked before.
"""

# ruff: noqa: SLF001 - patches replace private names of the pinned MiniStack; a test asserts that each exists

from typing import Any

from ministack.core.responses import new_uuid
from ministack.services import apigateway, apigateway_v1

from .header_case import written

Event = dict[str, Any]

_LOCAL = ("", "localhost", "127.0.0.1")


def apply() -> None:
    """Give each event `domainName` and `domainPrefix`, as those of HTTP APIs have, and headers as written."""
    build, ask = apigateway_v1._build_lambda_event_v1, apigateway_v1._invoke_authorizer_lambda

    def build_as_called(api_id: str, *given: Any, **options: Any) -> Event:
        event: Event = build(api_id, *given, **options)
        return _as_called(event)

    async def ask_as_called(authorizer: Any, event: Event, *given: Any) -> Any:
        if event["type"] == "REQUEST":
            event = _as_called(event)
            context = event["requestContext"]
            context |= {"requestId": new_uuid(), "path": f"/{context['stage']}{event['path']}"}
        return await ask(authorizer, event, *given)

    apigateway_v1._build_lambda_event_v1 = build_as_called
    apigateway_v1._invoke_authorizer_lambda = ask_as_called


def _as_called(event: Event) -> Event:
    context = event["requestContext"]
    called = domain(context["apiId"], apigateway_v1._header_ci(event["headers"], "host") or "")
    return event | {
        "headers": written(event["headers"]),
        "multiValueHeaders": written(event["multiValueHeaders"]),
        "requestContext": context | {"domainName": called, "domainPrefix": called.partition(".")[0]},
    }


def domain(api: str, host: str) -> str:
    """Return the name under which an API was called, as AWS would have it."""
    name = host.partition(":")[0]
    return f"{api}.execute-api.{apigateway._HOST}" if name in _LOCAL else name

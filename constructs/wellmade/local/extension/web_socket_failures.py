"""Gap: clients of a WebSocket API get what a failing function said, and nothing where no route is theirs.

AWS sends `Internal server error` or `Forbidden` with the ids of connection and request, whether the route has
a response or not; why a function failed is in its log alone. `$connect` and `$disconnect` are no messages, so
a `$default` route gets neither.

Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-routes-integrations.html
"""

# ruff: noqa: SLF001 - patches replace private names of the pinned MiniStack; a test asserts that each exists

import contextvars
import json
from collections.abc import Mapping
from typing import Any

from ministack.core import lambda_runtime
from ministack.services import apigateway, lambda_svc

Record = dict[str, Any]

_NOWHERE = "_leads_nowhere"
_failed: contextvars.ContextVar[list[str] | None] = contextvars.ContextVar("_failed", default=None)
"""Requests whose function failed, of the message that this thread works for; a function that it calls in turn
is called for another."""


def apply() -> None:
    """Keep failures from clients."""
    _hear_of_failures()
    _match_as_aws()
    call = apigateway._invoke_ws_lambda

    async def call_and_hide(*given: Any, **options: Any) -> Record | None:
        _api, _account, _region, route, _stage, connection, kind, request, *_ = given
        if _NOWHERE in route:
            return {"statusCode": 403, "body": _said("Forbidden", connection, request)}
        failed: list[str] = []
        _failed.set(failed)  # of this client's task alone, which handles one message after the other
        answer: Record | None = await call(*given, **options)
        if request not in failed:
            return answer
        said = _said("Internal server error", connection, request) if kind == "MESSAGE" else ""
        return {"statusCode": 500, "body": said}

    apigateway._invoke_ws_lambda = call_and_hide


def _said(what: str, connection: str, request: str) -> str:
    return json.dumps({"message": what, "connectionId": connection, "requestId": request})


def _hear_of_failures() -> None:
    invoke, execute = lambda_runtime.Worker.invoke, lambda_svc._execute_function_with_config_scope

    def invoke_and_note(worker: Any, event: Any, *more: Any, **options: Any) -> Record:
        answer: Record = invoke(worker, event, *more, **options)
        _note(event, failed=answer.get("status") == "error")
        return answer

    def execute_and_note(function: Any, event: Any, *more: Any, **options: Any) -> Record:
        answer: Record = execute(function, event, *more, **options)
        _note(event, failed=bool(answer.get("error") or answer.get("throttle")))
        return answer

    lambda_runtime.Worker.invoke = invoke_and_note
    lambda_svc._execute_function_with_config_scope = execute_and_note


def _note(event: Any, *, failed: bool) -> None:
    failures = _failed.get()
    context = event.get("requestContext") if isinstance(event, Mapping) else None
    if failed and failures is not None and isinstance(context, Mapping):
        failures.append(str(context.get("requestId")))


def _match_as_aws() -> None:
    match = apigateway._match_ws_route

    def match_own(api: str, key: str) -> Record | None:
        route: Record | None = match(api, key)
        if key in ("$connect", "$disconnect"):
            return route if route and route.get("routeKey") == key else None
        return route or {"routeKey": key, _NOWHERE: True}

    apigateway._match_ws_route = match_own

"""Gap: a request that is too large for an API, a load balancer or the function behind it is served.

Sources: the quotas of API Gateway for REST and HTTP APIs (10 MB), of Lambda (6 MB) and of load balancers with
functions as targets (1 MB, requests and answers).
"""

# ruff: noqa: SLF001 - patches replace private names of the pinned MiniStack; a test asserts that each exists

import json
from collections.abc import Callable
from typing import Any

from ministack.services import alb, apigateway, apigateway_v1, lambda_svc

from .sizes import EVENT

API = 10 * 1024 * 1024
"""Bytes of a request's body."""
BALANCER = 1024 * 1024
"""Bytes of the body of a request to a function, and of its answer."""

Answer = tuple[int, dict[str, Any], bytes]


class _TooLargeError(Exception):
    """The event of a function that a request of an API becomes."""


def apply() -> None:
    """Answer 413, or 502 where it is the answer that is too large."""
    apigateway_v1.handle_execute = _limited(apigateway_v1.handle_execute, "Request Too Long")
    apigateway.handle_execute = _limited(apigateway.handle_execute, "Request Entity Too Large")
    alb._invoke_lambda_target = _limited_target(alb._invoke_lambda_target)
    execute = lambda_svc._execute_function_with_config_scope

    def execute_if_small(record: Any, event: Any, *more: Any, **options: Any) -> Any:
        body = event.get("body") if isinstance(event, dict) else None
        # What is far from too large is not measured.
        if isinstance(body, str) and len(body) * 6 > EVENT and len(json.dumps(event).encode()) > EVENT:
            raise _TooLargeError
        return execute(record, event, *more, **options)

    lambda_svc._execute_function_with_config_scope = execute_if_small


def _limited(handle: Callable[..., Any], said: str) -> Callable[..., Any]:
    refusal: Answer = (413, {"Content-Type": "application/json"}, json.dumps({"message": said}).encode())

    async def handle_if_small(*given: Any, **options: Any) -> Any:
        body = given[5]
        if len(body or b"") > API:
            return refusal
        try:
            return await handle(*given, **options)
        except _TooLargeError:
            return refusal

    return handle_if_small


def _limited_target(invoke: Callable[..., Any]) -> Callable[..., Any]:
    async def invoke_if_small(*given: Any, **options: Any) -> Any:
        body = given[5]
        if len(body or b"") > BALANCER:
            return _page(413, "Request Entity Too Large")
        answer = await invoke(*given, **options)
        return answer if len(answer[2]) <= BALANCER else _page(502, "Bad Gateway")

    return invoke_if_small


def _page(status: int, said: str) -> Answer:
    page = f"<html><head><title>{status} {said}</title></head><body><h1>{status} {said}</h1></body></html>"
    return status, {"Content-Type": "text/html"}, page.encode()

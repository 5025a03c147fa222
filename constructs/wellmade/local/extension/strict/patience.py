"""Gap: an API waits for its integration as long as that takes.

AWS gives up after the integration's timeout, 29 s for REST and 30 s for HTTP APIs unless it says less; what
was called works on. Sources: the quotas of API Gateway for REST and for HTTP APIs.
"""

# ruff: noqa: SLF001 - patches replace private names of the pinned MiniStack; a test asserts that each exists

import asyncio
import json
from collections.abc import Callable
from typing import Any

from ministack.services import apigateway, apigateway_v1

REST, HTTP = 29_000, 30_000
"""Milliseconds that an integration has where it says nothing."""
_LEFT: set[asyncio.Task[Any]] = set()
"""What goes on after nobody waits for it; asyncio itself holds tasks weakly."""


def apply() -> None:
    """Answer in the API's own words when an integration takes too long."""
    for name in (
        "_invoke_lambda_proxy_v1",
        "_invoke_lambda_custom_v1",
        "_invoke_sqs_v1",
        "_invoke_http_proxy_v1",
    ):
        setattr(apigateway_v1, name, _within(getattr(apigateway_v1, name), REST, _rest_timed_out))
    for name in ("_invoke_lambda_proxy", "_invoke_http_proxy"):
        setattr(apigateway, name, _within(getattr(apigateway, name), HTTP, _http_timed_out))


def _within(invoke: Callable[..., Any], most: int, timed_out: Callable[[], Any]) -> Callable[..., Any]:
    async def invoke_and_give_up(integration: dict[str, Any], *given: Any, **options: Any) -> Any:
        patience = min(int(integration.get("timeoutInMillis") or most), most) / 1000
        task = asyncio.ensure_future(invoke(integration, *given, **options))
        _LEFT.add(task)
        task.add_done_callback(_LEFT.discard)
        done, _ = await asyncio.wait({task}, timeout=patience)
        return task.result() if done else timed_out()

    return invoke_and_give_up


def _rest_timed_out() -> Any:
    return apigateway_v1._gw_error("INTEGRATION_TIMEOUT", "Endpoint request timed out")


def _http_timed_out() -> tuple[int, dict[str, str], bytes]:
    return 503, {"Content-Type": "application/json"}, json.dumps({"message": "Service Unavailable"}).encode()

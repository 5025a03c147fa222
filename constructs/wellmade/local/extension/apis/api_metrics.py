"""Gap: APIs publish no metrics, so that no alarm on failed or slow requests can fire.

Counted for each request, under the names and dimensions of AWS.
"""

# ruff: noqa: SLF001 - patches replace private names of the pinned MiniStack; a test asserts that each exists

import time
from collections.abc import Mapping
from typing import Any

from ministack.services import apigateway, apigateway_v1, cloudwatch

NAMESPACE = "AWS/ApiGateway"
_HTTP = ("4xx", "5xx")
_REST = ("4XXError", "5XXError")


def apply() -> None:
    """Count requests to HTTP APIs; those to REST APIs are counted where their access log is written."""
    handle = apigateway._handle_execute_in_scope

    async def handle_and_count(api: str, stage: str, *given: Any, **options: Any) -> Any:
        began = time.monotonic()
        answer = await handle(api, stage, *given, **options)
        if api in apigateway._apis:
            _count({"ApiId": api}, stage, answer[0], time.monotonic() - began, _HTTP)
        return answer

    apigateway._handle_execute_in_scope = handle_and_count


def count_rest_request(api: str, stage: str, status: int, took: float) -> None:
    """Count a request to a REST API.

    Args:
        api: Its id.
        stage: Which one.
        status: Of the answer.
        took: In seconds.
    """
    known = apigateway_v1._rest_apis.get(api)
    if known:
        _count({"ApiName": str(known["name"])}, stage, status, took, _REST)


def _count(of: Mapping[str, str], stage: str, status: int, took: float, errors: tuple[str, str]) -> None:
    values = {
        "Count": (1, "Count"),
        errors[0]: (int(status // 100 == 4), "Count"),
        errors[1]: (int(status // 100 == 5), "Count"),
        "Latency": (took * 1000, "Milliseconds"),
    }
    for dimensions in (dict(of), {**of, "Stage": stage}):
        for name, (value, unit) in values.items():
            cloudwatch.record_metric(NAMESPACE, name, value, unit, dimensions)

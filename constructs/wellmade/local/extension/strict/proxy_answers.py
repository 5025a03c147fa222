"""Gap: an API tells its callers why a function failed, and takes any answer of one for a good one.

On AWS a REST API and a function URL answer 502 and an HTTP API 500, with no word of the function's; and a
REST API answers 502 as well where the answer is none that a proxy integration knows. Why is in the function's
log, or said here.

Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
"""

# ruff: noqa: SLF001 - patches replace private names of the pinned MiniStack; a test asserts that each exists

import json
import logging
from contextvars import ContextVar
from typing import Any

from ministack.services import apigateway, apigateway_v1, lambda_svc

_KNOWN = frozenset(("statusCode", "headers", "multiValueHeaders", "body", "isBase64Encoded"))
_FAILED = "Internal server error"
_is_http: ContextVar[bool] = ContextVar("is_http", default=False)

Result = dict[str, Any]
logger = logging.getLogger("apigateway")


def apply() -> None:
    """Have APIs answer as they do on AWS."""
    read, shape, handle = (
        apigateway_v1._lambda_proxy_response,
        lambda_svc.lambda_execute_result_to_api_proxy_response,
        apigateway.handle_execute,
    )

    def read_strictly(result: Result) -> tuple[Result | None, str | None]:
        if not result.get("error") and (why := malformed(result.get("body"))):
            logger.warning("malformed answer of a function to a REST API, which answers 502: %s", why)
            return None, _FAILED
        body = result.get("body")
        if isinstance(body, dict) and not result.get("error"):
            result = {**result, "body": {"statusCode": 200, **body}}
        answer, failed = read(result)
        return answer, _FAILED if failed else None

    def shape_failure(result: Result) -> tuple[Result | None, str | None]:
        answer, why = shape(result)
        if not result.get("error") or not answer or answer.get("statusCode") != 502:
            return answer, why
        if not _is_http.get():
            return {**answer, "body": "Internal Server Error"}, None
        said = json.dumps({"message": "Internal Server Error"})
        return {"statusCode": 500, "headers": {"Content-Type": "application/json"}, "body": said}, None

    async def handle_http(*given: Any, **options: Any) -> Any:
        token = _is_http.set(True)
        try:
            return await handle(*given, **options)
        finally:
            _is_http.reset(token)

    apigateway_v1._lambda_proxy_response = read_strictly
    lambda_svc.lambda_execute_result_to_api_proxy_response = shape_failure
    apigateway.handle_execute = handle_http


def malformed(payload: Any) -> str:
    """Say what is wrong with the answer of a function to a proxy integration of a REST API."""
    if isinstance(payload, str | bytes):
        try:
            payload = json.loads(payload)
        except ValueError:
            return "a text is no object"
    if not isinstance(payload, dict):
        return "it is no object"
    if "statusCode" not in payload and (unknown := sorted(payload.keys() - _KNOWN)):
        return f"it has no statusCode, and {unknown[0]} is unknown"
    if not isinstance(payload.get("body") or "", str):
        return "its body is no text"
    return ""

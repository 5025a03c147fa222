"""Gap: a custom resource whose function fails is waited for an hour, and its failure is only in a log.

On AWS it is, too: the function is invoked asynchronously, and tried twice again. When the last try has
failed, nothing but the function could still answer, so that here the resource fails at once and says why.
"""

# ruff: noqa: SLF001 - patches replace private names of the pinned MiniStack; a test asserts that each exists

import time
from contextvars import ContextVar
from typing import Any

from ministack.services import lambda_svc
from ministack.services.cloudformation import custom_resource

RETRIES = (1, 2)
"""Seconds before each further try, as for other asynchronous invocations here."""

_asked: ContextVar[bool] = ContextVar("asked", default=False)


def apply() -> None:
    """Try the functions of custom resources again, and let the resource fail with the last of them."""
    invoke, execute = custom_resource.invoke_custom_resource, lambda_svc._execute_function_with_config_scope

    def invoke_and_mark(*given: Any, **options: Any) -> Any:
        token = _asked.set(True)
        try:
            return invoke(*given, **options)
        finally:
            _asked.reset(token)

    def execute_for_answer(record: Any, event: Any, *more: Any, **options: Any) -> Any:
        if not _asked.get():
            return execute(record, event, *more, **options)
        token = event["ResponseURL"].rpartition("/")[2]
        result = execute(record, event, *more, **options)
        for pause in RETRIES:
            if _is_over(result, token):
                return result
            time.sleep(pause)
            result = execute(record, event, *more, **options)
        if not _is_over(result, token):
            _fail(token, result)
        return result

    custom_resource.invoke_custom_resource = invoke_and_mark
    lambda_svc._execute_function_with_config_scope = execute_for_answer


def _is_over(result: dict[str, Any], token: str) -> bool:
    """Tell whether nothing is left to try: it ended well, or has answered before it failed."""
    return not result.get("error") or custom_resource._pending[token]["result"] is not None


def _fail(token: str, result: dict[str, Any]) -> None:
    body = result.get("body")
    said = body if isinstance(body, dict) else {"errorMessage": str(body)}
    why = ": ".join(str(said[key]) for key in ("errorType", "errorMessage") if said.get(key))
    reason = f"its function failed each of {len(RETRIES) + 1} times and gave no answer: {why}"
    custom_resource.deliver_response(token, {"Status": "FAILED", "Reason": reason})

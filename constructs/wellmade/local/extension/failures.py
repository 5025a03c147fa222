"""Gap: every error of a function has one name, and its process ends with it.

On AWS the error's type is the name of the exception's class, which a workflow's retriers and catchers go by,
and the execution environment goes on.
"""

# ruff: noqa: SLF001 - patches replace private names of the pinned MiniStack; a test asserts that each exists

from contextvars import ContextVar
from typing import Any

from ministack.core import lambda_runtime
from ministack.services import lambda_svc

_WHAT = '"error": str(e), "trace": traceback.format_exc()}'
_TOLD = f'{{"status": "error", {_WHAT}'
# To the worker's owner a handler that raised is one that answered, so that it leaves the process alone.
_TELLS = f'{{"status": "ok", "raised": {{"type": type(e).__name__, {_WHAT}}}'

_raised: ContextVar[str | None] = ContextVar("_raised", default=None)
"""The class of what the last call of this thread raised."""


def apply() -> None:
    """Name errors as AWS does, and keep the process of a handler that raised."""
    script = lambda_runtime._PYTHON_WORKER_SCRIPT
    if script.count(_TOLD) != 1:
        raise RuntimeError("MiniStack's worker no longer tells of an error as the extension expects")
    lambda_runtime._PYTHON_WORKER_SCRIPT = script.replace(_TOLD, _TELLS)
    _unfold_errors()
    _name_errors()


def _unfold_errors() -> None:
    invoke = lambda_runtime.Worker.invoke

    def invoke_and_unfold(worker: Any, *given: Any, **options: Any) -> dict[str, Any]:
        answer: dict[str, Any] = invoke(worker, *given, **options)
        raised = answer.pop("raised", None)
        _raised.set(raised and raised.pop("type"))
        return {**answer, **raised, "status": "error"} if raised else answer

    lambda_runtime.Worker.invoke = invoke_and_unfold


def _name_errors() -> None:
    execute = lambda_svc._execute_function_warm

    def execute_and_name(function: dict[str, Any], event: Any, request_id: str) -> dict[str, Any]:
        _raised.set(None)
        result: dict[str, Any] = execute(function, event, request_id)
        name = _raised.get()
        if name and result.get("error"):
            result["body"]["errorType"] = name
        return result

    lambda_svc._execute_function_warm = execute_and_name

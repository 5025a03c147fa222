"""Gap: every error of a function has one name and ends its process, and why it could not start is lost.

On AWS the error's type is the name of the exception's class, which a workflow's retriers and catchers go by,
and the execution environment goes on. A module that cannot be imported has a type of its own, and its log
says why; a handler of Node that answers nothing has answered when nothing is left to do.
"""

# ruff: noqa: SLF001 - patches replace private names of the pinned MiniStack; a test asserts that each exists

import contextlib
import json
from contextvars import ContextVar
from typing import Any

from ministack.core import lambda_runtime
from ministack.services import lambda_svc

from .workers import replaced

# To the worker's owner a handler that raised is one that answered, so that it leaves the process alone.
_PYTHON = {
    '{"status": "error", "error": str(e), "trace": traceback.format_exc()}': (
        '{"status": "ok", "raised": {"type": type(e).__name__, "error": str(e), '
        '"trace": traceback.format_exc()}}'
    ),
    '_real_stdout.write(json.dumps({"status": "error", "error": str(e)}) + "\\n")': (
        "traceback.print_exc()\n"
        "        failure = _why(e, module_name, handler_name)\n"
        '        _real_stdout.write(json.dumps({"status": "error", "error": failure}) + "\\n")'
    ),
    # What a program of the handler's, or a library in C, writes to standard output is no answer.
    "_real_stdout = sys.stdout\n": '_real_stdout = os.fdopen(os.dup(1), "w")\n    os.dup2(2, 1)\n',
}
_WHY = '''
def _why(error, module, handler):
    """Name what kept a handler from starting as Lambda does."""
    kind, said = type(error).__name__, str(error)
    if isinstance(error, ImportError):
        kind, said = "Runtime.ImportModuleError", f"Unable to import module '{module}': {said}"
    elif isinstance(error, AttributeError) and f"'{handler}'" in said:
        kind, said = "Runtime.HandlerNotFound", f"Handler '{handler}' missing on module '{module}'"
    elif isinstance(error, SyntaxError):
        kind, said = "Runtime.UserCodeSyntaxError", f"Syntax error in module '{module}': {said}"
    return json.dumps({"type": kind, "message": said})
'''
_NODE = {
    'status: "error", error: String(err.message || err), trace: err.stack || ""': (
        'status: "ok", raised: {type: err.name || "Error", error: String(err.message || err), '
        'trace: err.stack || ""}'
    ),
    'status: "error", error: e.message, trace: e.stack\n': (
        'status: "ok", raised: {type: e.name || "Error", error: e.message, trace: e.stack}\n'
    ),
    'status: "error", error: e.message\n': (
        'status: "error", error: (console.error(e), JSON.stringify({message: e.message,\n'
        '            type: ["MODULE_NOT_FOUND", "ERR_MODULE_NOT_FOUND"].includes(e.code)\n'
        '              ? "Runtime.ImportModuleError" : e.name === "SyntaxError"\n'
        '              ? "Runtime.UserCodeSyntaxError" : e.name}))\n'
    ),
    "      // If handler accepts callback (arity >= 3) or returned undefined,\n": (
        "      else if (result === undefined) settleWhenIdle(settle);\n"
        "      // If handler accepts callback (arity >= 3) or returned undefined,\n"
    ),
}
_IDLE = """
function settleWhenIdle(settle) {
  const idle = new Set(["PipeWrap", "TTYWrap", "Immediate"]);
  const look = setInterval(() => {
    const busy = process.getActiveResourcesInfo().filter((kind) => !idle.has(kind));
    if (busy.length > 1) return;  // the one is this timer
    clearInterval(look);
    settle(null, null);
  }, 10);
}
"""

_raised: ContextVar[str | None] = ContextVar("_raised", default=None)
"""The class of what the last call of this thread raised."""
_STARTING = "Worker init failed: "


def apply() -> None:
    """Name errors as AWS does, keep the process of a handler that raised, and say why one did not start."""
    python, node = lambda_runtime._PYTHON_WORKER_SCRIPT, lambda_runtime._NODEJS_WORKER_SCRIPT
    for old, new in _PYTHON.items():
        python = replaced(python, old, new)
    for old, new in _NODE.items():
        node = replaced(node, old, new)
    lambda_runtime._PYTHON_WORKER_SCRIPT = _WHY + python
    lambda_runtime._NODEJS_WORKER_SCRIPT = _IDLE + node
    _unfold_errors()
    _name_errors()


def _unfold_errors() -> None:
    invoke = lambda_runtime.Worker.invoke

    def invoke_and_unfold(worker: Any, *given: Any, **options: Any) -> dict[str, Any]:
        try:
            answer: dict[str, Any] = invoke(worker, *given, **options)
        except RuntimeError as error:
            return _not_started(worker, str(error))
        if answer.get("error") == "Worker process died":
            _raised.set("Runtime.ExitError")
            return {**answer, "error": "Runtime exited before it answered"}
        raised = answer.pop("raised", None)
        _raised.set(raised and raised.pop("type"))
        return {**answer, **raised, "status": "error"} if raised else answer

    lambda_runtime.Worker.invoke = invoke_and_unfold


def _not_started(worker: Any, said: str) -> dict[str, Any]:
    """Return what the process wrote before it gave up, and Lambda's name for the reason."""
    kind, message = "Runtime.ExitError", "Runtime exited while it started"
    if said.startswith(_STARTING):
        with contextlib.suppress(ValueError):
            why = json.loads(said.removeprefix(_STARTING))
            kind, message = why["type"], why["message"]
    log = "" if worker._proc is None else worker._drain_stderr_bounded(first_line_wait=0.3, idle_confirm=0.05)
    if worker._proc is not None:
        worker._proc.kill()
        worker._proc.wait()
        worker._proc = None
    _raised.set(kind)
    return {"status": "error", "error": message, "trace": f"[ERROR] {kind}: {message}", "log": log}


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

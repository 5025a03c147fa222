"""Gap: what a Python handler logs with the root logger is lost, and so is what comes after the answer.

Lambda's runtime gives the root logger a handler with a format of its own. And lines that come when MiniStack
has stopped reading, from a thread for example, appear with the next invocation, or never.
"""

# ruff: noqa: SLF001 - patches replace private names of the pinned MiniStack; a test asserts that each exists

import threading
import time
from typing import Any

from ministack.core import lambda_runtime
from ministack.core.responses import request_scope
from ministack.services import cloudwatch_logs

from .workers import replaced

_LOGGING = '''
_request = {"request_id": ""}


def _install_logging():
    """Log as the runtime of Lambda does: to standard error here, which the log stream is made of."""
    import logging

    class RequestId(logging.Filter):
        def filter(self, record):
            record.aws_request_id = _request["request_id"]
            return True

    handler = logging.StreamHandler(sys.stderr)
    written = "[%(levelname)s]\\t%(asctime)s.%(msecs)03dZ\\t%(aws_request_id)s\\t%(message)s"
    handler.setFormatter(logging.Formatter(written, "%Y-%m-%dT%H:%M:%S"))
    handler.formatter.converter = time.gmtime
    handler.addFilter(RequestId())
    logging.getLogger().addHandler(handler)
'''
_INSTALLS = (
    "    _ms_install_invoke_depth()\n    try:\n",
    "    _ms_install_invoke_depth()\n    _install_logging()\n    try:\n",
)
_KNOWS = (
    '        event = _ms_msg["event"]\n',
    '        event = _ms_msg["event"]\n        _request.update(_ms_msg.get("ctx") or {})\n',
)
_LATE_AFTER = 1.0
"""Seconds after an answer; what is unread then belongs to no invocation any more."""


def apply() -> None:
    """Format what the root logger gets, and write late lines to the log of their function."""
    script = lambda_runtime._PYTHON_WORKER_SCRIPT
    for old, new in (_INSTALLS, _KNOWS):
        script = replaced(script, old, new)
    lambda_runtime._PYTHON_WORKER_SCRIPT = _LOGGING + script
    threading.Thread(target=_write_late_lines, daemon=True, name="wellmade-late-lines").start()


def _write_late_lines() -> None:
    while True:
        time.sleep(_LATE_AFTER)
        for workers in list(lambda_runtime._workers.values()):
            for worker in list(workers):
                if not worker.in_use and time.time() - worker.last_used > _LATE_AFTER:
                    write_late_lines(worker)


def write_late_lines(worker: Any) -> None:
    """Append what a process wrote since its last answer to the newest stream of its function."""
    lines = worker._drain_stderr().splitlines()
    config = worker.config
    name = (config.get("LoggingConfig") or {}).get("LogGroup") or f"/aws/lambda/{config.get('FunctionName')}"
    if not lines:
        return
    with request_scope(*lambda_runtime._account_region_from_function_config(config)):
        streams = list((cloudwatch_logs._log_groups.get(name) or {}).get("streams", {}).values())
        if streams:
            now = int(time.time() * 1000)
            events = [{"timestamp": now, "message": line, "ingestionTime": now} for line in lines]
            cloudwatch_logs._append_log_events(streams[-1], events)

"""Gap: an update of a function ends its processes in the middle of their work, and what they do fails.

On AWS what has begun ends with the code that it began with. Idle processes go at once, busy ones when done.
"""

# ruff: noqa: SLF001 - patches replace private names of the pinned MiniStack; a test asserts that each exists

import threading
import time
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from ministack.core import lambda_runtime
from ministack.services import lambda_svc

_updating: ContextVar[bool] = ContextVar("_updating", default=False)
_LONGEST = 900
"""Seconds that a function has at most."""


def apply() -> None:
    """Let work end when code or configuration changes."""
    lambda_svc._update_code = _gently(lambda_svc._update_code)
    lambda_svc._update_config = _gently(lambda_svc._update_config)
    invalidate = lambda_svc.invalidate_worker

    def invalidate_gently(name: str, *given: Any, **options: Any) -> None:
        if _updating.get():
            _set_busy_aside(name, options.get("qualifier"))
        invalidate(name, *given, **options)

    lambda_svc.invalidate_worker = invalidate_gently
    acquire = lambda_svc.acquire_worker

    def acquire_current(name: str, config: Any, code: bytes, *given: Any, **options: Any) -> Any:
        """Pass over a process with other code, which a call has started while that was replaced."""
        while True:
            worker, how = acquire(name, config, code, *given, **options)
            if worker is None or worker.code_zip is code or worker.code_zip == code:
                return worker, how
            _drop(worker)

    lambda_svc.acquire_worker = acquire_current


def _gently(update: Callable[..., Any]) -> Callable[..., Any]:
    def update_gently(name: str, data: dict[str, Any]) -> Any:
        token = _updating.set(True)
        try:
            return update(name, data)
        finally:
            _updating.reset(token)

    return update_gently


def _set_busy_aside(name: str, qualifier: str | None) -> None:
    """Take busy processes out of what is ended now; they get no further work."""
    with lambda_runtime._lock:
        pools = [
            pool
            for key, pool in lambda_runtime._workers.items()
            if key.split(":")[-2] == name and qualifier in (None, key.split(":")[-1])
        ]
        busy = [worker for pool in pools for worker in pool if worker.in_use]
        for pool in pools:
            pool[:] = [worker for worker in pool if not worker.in_use]
    if busy:
        threading.Thread(target=_end_when_done, args=(busy,), daemon=True).start()


def _drop(worker: Any) -> None:
    with lambda_runtime._lock:
        for pool in lambda_runtime._workers.values():
            pool[:] = [each for each in pool if each is not worker]
    worker.in_use = False
    threading.Thread(target=lambda_runtime.kill_workers, args=([worker],), daemon=True).start()


def _end_when_done(workers: list[Any]) -> None:
    deadline = time.monotonic() + _LONGEST
    while any(worker.in_use for worker in workers) and time.monotonic() < deadline:
        time.sleep(0.1)
    lambda_runtime.kill_workers(workers)

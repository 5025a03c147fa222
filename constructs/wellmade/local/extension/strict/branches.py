"""Gap: a state with branches waits for all of them, also when one has failed; on AWS the others are stopped.

With a branch that polls until something happens it never ended. Items of a `Map` are such branches, but for
those of a distributed one, which counts how many may fail.
"""

# ruff: noqa: SLF001 - patches replace private names of the pinned MiniStack; a test asserts that each exists

import contextvars
import threading
import time
from collections.abc import Callable
from typing import Any

from ministack.services import stepfunctions

_STATES = ("_execute_pass", "_execute_task", "_execute_choice", "_execute_wait")
_PAUSE = 0.2
"""Seconds between two looks whether a branch that waits is to stop."""


class _Group:
    """The branches of one state: whether they are over, and what one of them failed with."""

    def __init__(self, *, tolerant: bool = False) -> None:
        self.tolerant, self.over = tolerant, threading.Event()
        self.error: Exception | None = None

    def fail(self, error: Exception) -> None:
        """End all of them with what the first has failed with."""
        if not self.tolerant and not self.over.is_set():
            self.error = error
            self.over.set()


_groups: contextvars.ContextVar[tuple[_Group, ...]] = contextvars.ContextVar("_groups", default=())
"""Those that this thread works in, the innermost last; its branches inherit them."""


def apply() -> None:
    """Stop branches with the first that fails."""
    for name in ("_run_parallel_branches", "_run_map_items"):
        setattr(stepfunctions, name, _together(getattr(stepfunctions, name)))
    stepfunctions._run_distributed_map = _apart(stepfunctions._run_distributed_map)
    stepfunctions._run_execution = _on_its_own(stepfunctions._run_execution)
    stepfunctions._run_sub_machine = _noted(stepfunctions._run_sub_machine)
    for name in _STATES:
        setattr(stepfunctions, name, _stopping(getattr(stepfunctions, name)))
    stepfunctions._scaled_sleep = _sleeping(stepfunctions._scaled_sleep)


def _together(run: Callable[..., Any]) -> Callable[..., Any]:
    def run_together(*given: Any) -> Any:
        group, answer = _Group(), []

        def work() -> None:
            _groups.set((*_groups.get(), group))
            try:
                answer.append(run(*given))
            except Exception as error:  # noqa: BLE001 - whatever it is, the state fails with it
                group.fail(error)
            group.over.set()

        context = contextvars.copy_context()
        threading.Thread(target=context.run, args=(work,), daemon=True).start()
        while not group.over.wait(_PAUSE):
            _stop_if_over()
        if group.error:
            raise group.error
        return answer[0]

    return run_together


def _apart(run: Callable[..., Any]) -> Callable[..., Any]:
    def run_apart(*given: Any) -> Any:
        token = _groups.set((*_groups.get(), _Group(tolerant=True)))
        try:
            return run(*given)
        finally:
            _groups.reset(token)

    return run_apart


def _on_its_own(run: Callable[[str], None]) -> Callable[[str], None]:
    def run_on_its_own(arn: str) -> None:
        token = _groups.set(())  # a branch that starts an execution does not end it with itself
        try:
            run(arn)
        finally:
            _groups.reset(token)  # a branch that waits for it is a branch again

    return run_on_its_own


def _noted(run: Callable[..., Any]) -> Callable[..., Any]:
    def run_and_note(*given: Any) -> Any:
        try:
            return run(*given)
        except Exception as error:
            if groups := _groups.get():
                groups[-1].fail(error)
            raise

    return run_and_note


def _stopping(state: Callable[..., Any]) -> Callable[..., Any]:
    def begin_or_stop(*given: Any) -> Any:
        _stop_if_over()
        return state(*given)

    return begin_or_stop


def _stop_if_over() -> None:
    if any(group.over.is_set() for group in _groups.get()):
        raise stepfunctions._ExecutionError("States.BranchStopped", "another branch has failed")


def _sleeping(sleep: Callable[[float], None]) -> Callable[[float], None]:
    def sleep_or_stop(seconds: float) -> None:
        if not _groups.get():
            sleep(seconds)
            return
        end = time.monotonic() + seconds * stepfunctions._SFN_WAIT_SCALE
        while (left := end - time.monotonic()) > 0:
            _stop_if_over()
            time.sleep(min(left, _PAUSE))

    return sleep_or_stop

"""Threads remember who started them: a call of a pool's thread is the call of whoever gave it the work."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from sys import _getframe
from types import FrameType
from typing import Any

import pytest


class _Inherited(threading.local):
    frames: tuple[Any, ...] = ()


@contextmanager
def inherit_in_threads(
    frames_of: Callable[[FrameType | None], tuple[Any, ...]],
) -> Iterator[Callable[[], tuple[Any, ...]]]:
    """Make threads and pools remember the stack that they were given work on.

    Args:
        frames_of: Returns what of a stack is to be remembered.

    Yields:
        What returns that of the current thread; nothing in a thread that none of these started.
    """
    inherited = _Inherited()

    def remembering(work: Callable[..., Any], frame: FrameType) -> Callable[..., Any]:
        frames = (*frames_of(frame), *inherited.frames)

        def run(*args: Any, **kwargs: Any) -> Any:
            before, inherited.frames = inherited.frames, frames
            try:
                return work(*args, **kwargs)
            finally:
                inherited.frames = before

        return run

    start, submit = threading.Thread.start, ThreadPoolExecutor.submit

    def start_remembering(thread: Any) -> None:
        thread.run = remembering(thread.run, _getframe(1))
        start(thread)

    def submit_remembering(pool: Any, work: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
        return submit(pool, remembering(work, _getframe(1)), *args, **kwargs)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(threading.Thread, "start", start_remembering)
        patch.setattr(ThreadPoolExecutor, "submit", submit_remembering)
        yield lambda: inherited.frames

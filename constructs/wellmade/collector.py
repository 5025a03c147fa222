"""Python's collector of garbage, paused where much is built at once and all of it is kept."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_ends_soon = False


@contextmanager
def paused() -> Iterator[None]:
    """Pause the collector, which would walk everything that was built again and again.

    In a process that ends soon it leaves what was built alone: the end of the process frees it faster.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if _ends_soon:
            gc.freeze()
        if was_on:
            gc.enable()


def expect_the_end() -> None:
    """Say that the process runs one command alone."""
    global _ends_soon  # noqa: PLW0603 - the collector is the process's too
    _ends_soon = True

"""What is done with a template that cannot be read: raised, or kept while the others are read."""

from collections.abc import Iterator
from contextlib import contextmanager

from wellmade.errors import WellmadeError


class Failures:
    """Where errors go: into a list, or on to the caller when there is none."""

    def __init__(self, kept: list[WellmadeError] | None = None) -> None:
        """Default: every error is raised."""
        self._kept = kept

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Keep an error of what stands in this block."""
        try:
            yield
        except WellmadeError as error:
            if self._kept is None:
                raise
            self._kept.append(error)

"""What is in the inbox and not in the table, and the other way round."""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Arrived:
    """A photograph in the inbox."""

    key: str
    at: float
    """When it arrived, in seconds since 1970."""
    reason: str
    """Where its reason is in quarantine, should it have been refused."""


@dataclass(frozen=True, slots=True)
class Mismatches:
    """What a run has found."""

    compared: int
    """Photographs in the inbox that had time enough."""
    unprocessed: tuple[str, ...]
    """Keys in the inbox that have no row, and were not refused either."""
    without_photo: tuple[str, ...]
    """Keys of rows whose photograph is gone."""

    def counts(self) -> dict[str, int]:
        """Return how many there are of each; keys are in the report alone."""
        return {
            "compared": self.compared,
            "unprocessed": len(self.unprocessed),
            "without_photo": len(self.without_photo),
        }


def compared(
    arrived: Iterable[Arrived], rows: AbstractSet[str], reasons: AbstractSet[str], *, until: float
) -> Mismatches:
    """Compare the inbox with the table.

    Args:
        arrived: What is in the inbox.
        rows: Keys of the rows of the table.
        reasons: Keys of the reasons in quarantine.
        until: When a photograph must have arrived to count, in seconds since 1970; later ones are on their
            way.
    """
    number, unprocessed, gone = 0, [], set(rows)
    for photo in arrived:
        gone.discard(photo.key)
        if photo.at <= until:
            number += 1
            if photo.key not in rows and photo.reason not in reasons:
                unprocessed.append(photo.key)
    return Mismatches(number, tuple(sorted(unprocessed)), tuple(sorted(gone)))

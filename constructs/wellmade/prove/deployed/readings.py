"""A policy of a template read twice, at worst and at best, and several as one."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from wellmade.prove.policy import Policy


class Readings(NamedTuple):
    """A policy at worst and at best; the same object where nothing in it is unknown."""

    worst: Policy
    best: Policy
    unknown: tuple[str, ...] = ()
    """Why values of it are unknown."""
    by_statement: Mapping[str, tuple[str, ...]] = {}
    """The same by statement, as reasons call it; what is of none bears on all that the policy says."""


NOTHING = Readings(Policy(()), Policy(()))


def union(readings: Iterable[Readings]) -> Readings:
    """Return several policies as one."""
    every = list(readings)
    unknown = tuple(dict.fromkeys(reason for each in every for reason in each.unknown))
    worst = Policy.union(each.worst for each in every)
    best = Policy.union(each.best for each in every) if unknown else worst
    return Readings(worst, best, unknown, by_statement(every))


def by_statement(readings: Iterable[Readings]) -> dict[str, tuple[str, ...]]:
    """Return why values are unknown in the statements of several policies; those of one name together."""
    found: dict[str, tuple[str, ...]] = {}
    for each in readings:
        for where, reasons in each.by_statement.items():
            found[where] = (*found.get(where, ()), *reasons)
    return found

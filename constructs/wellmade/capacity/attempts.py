"""How often a message is tried, and what becomes of it: failures, batches, poison."""

from dataclasses import dataclass
from math import inf, prod

_ROUNDS = 40
_NO_END = 1000.0
"""Attempts that stand for those without an end where something fails every time."""


@dataclass(frozen=True)
class Failing:
    """What fails, and what the source does then."""

    failures: float = 0.0
    """Part of the attempts at a message that fail."""
    poison: float = 0.0
    """Part of the messages that fail every time."""
    most: float = inf
    """Attempts before a message is given up."""
    partial: bool = True
    """Only failed messages come back; otherwise the whole batch does."""
    ordered: bool = False
    """A stream tries a failed batch again in its place; a queue mixes its messages with others."""
    bisect: bool = False


NOTHING_FAILS = Failing()


@dataclass(frozen=True)
class Fate:
    """What a message costs, and what becomes of it, on average."""

    runs: float = 1.0
    """Runs for each that were enough without failures."""
    work: float = 1.0
    """Attempts at each message."""
    aside: float = 0.0
    """Part that is given up in the end."""
    spoiled: float = 0.0
    """Part that is given up for the failures of others in its batch."""
    blocked: bool = False
    """A poison record holds its shard until it expires."""


NO_FAILURE = Fate()


def fate(failing: Failing, batch: float) -> Fate:
    """Return what becomes of messages in batches of this size."""
    if not failing.failures and not failing.poison:
        return NO_FAILURE
    return _of_stream(failing, batch) if failing.ordered else _of_queue(failing, batch)


def _series(part: float, most: float) -> float:
    """Return the attempts on average where each fails with this chance: a geometric series that ends."""
    if part >= 1:
        return min(most, _NO_END)
    return (1 - _power(part, most)) / (1 - part)


def _power(part: float, most: float) -> float:
    return float(part**most) if most < inf else 0.0


def _of_queue(failing: Failing, batch: float) -> Fate:
    """A message that came back meets others: the poison in batches is denser than in what arrives."""
    own, poison, most = failing.failures, failing.poison, failing.most
    always = min(most, _NO_END)
    chance, dense = own, poison
    for _ in range(_ROUNDS if not failing.partial and batch > 1 else 0):
        chance = 1 - (1 - own) * ((1 - dense) * (1 - own)) ** (batch - 1)
        good = (1 - poison) * _series(chance, most)
        dense = poison * always / (poison * always + good)
    tries = (1 - poison) * _series(chance, most) + poison * always
    given_up = (1 - poison) * _power(chance, most)
    spoiled = max(0.0, given_up - (1 - poison) * _power(own, most))
    return Fate(tries, tries, given_up + (poison if most < inf else 0.0), spoiled)


def _of_stream(failing: Failing, batch: float) -> Fate:
    own, poison, most = failing.failures, failing.poison, failing.most
    if poison and most == inf:
        return Fate(inf, inf, 0.0, 0.0, blocked=True)
    if failing.bisect and not failing.partial and batch > 1:
        return _of_halves(failing, batch)
    extra = batch * poison * (most - 1) if poison else 0.0
    if failing.partial:
        failed = batch * own / (1 - own) + extra
        runs, work = 1 + failed, 1 + failed / 2
        lost = poison + (1 - poison) * _power(own, most)
        mates = lost * (batch - 1) / 2
    else:
        chance = 1 - (1 - own) ** batch
        runs = work = _series(chance, most) + min(extra, most - 1 if poison else 0.0)
        lost = poison + (1 - poison) * _power(own, most)
        mates = _power(chance, most) + (1 - (1 - poison) ** (batch - 1)) - lost
    spoiled = max(0.0, min(mates, 1 - lost))
    return Fate(runs, work, lost + spoiled, spoiled)


def _of_halves(failing: Failing, batch: float) -> Fate:
    """A batch that failed is split in two until a record is alone, which counts towards no retry.

    Beside reported items a source splits where the first failure is and tries the rest, as without splitting.
    Source: https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-errors.html
    """
    own, poison, most = failing.failures, failing.poison, failing.most
    sizes = [batch]
    while sizes[-1] > 1:
        sizes.append(max(1.0, sizes[-1] / 2))
    runs = work = 1.0
    for level in range(1, len(sizes)):
        tried = _all_fail(sizes[:level], own, poison)
        runs, work = runs + batch / sizes[level] * tried, work + tried
    alone = _all_fail(sizes[:-1], own, 0.0)
    again = (1 - poison) * alone * (_series(own, most) - 1) + (poison * (most - 1) if poison else 0.0)
    lost = poison + (1 - poison) * alone * _power(own, most)
    return Fate(runs + batch * again, work + again, lost)


def _all_fail(sizes: list[float], own: float, poison: float) -> float:
    """Return the chance that a batch, its half, the half of that and so on all fail."""
    by_chance = [1 - (1 - own) ** size for size in sizes]
    free = [(1 - poison) ** size for size in sizes]
    found = free[0] * prod(by_chance)
    for level in range(len(sizes)):
        # Here the smallest part that holds a poison record: it and what it is part of fail for certain.
        beside = free[level + 1] if level + 1 < len(sizes) else 1.0
        found += (beside - free[level]) * prod(by_chance[level + 1 :])
    return float(found)

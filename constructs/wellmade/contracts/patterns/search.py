"""The shortest string that some patterns allow and others refuse, found within a budget."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from wellmade.contracts.budget import Budget
from wellmade.contracts.patterns.automaton import Automaton, States, automaton
from wellmade.contracts.patterns.unicode import TOP

_READABLE = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.:/@ #"
LONGEST = 10_000
"""Witnesses with longer strings would not be read by anybody."""


@dataclass(frozen=True)
class Wanted:
    """What a string must be like."""

    found: tuple[str, ...] = ()
    not_found: tuple[str, ...] = ()
    shortest: int = 0
    longest: int | None = None
    other_than: frozenset[str] = frozenset()


def find_string(wanted: Wanted, budget: Budget) -> str | None:
    """Return the shortest such string, or None where there is none.

    Raises:
        IrregularError: If a pattern is not regular.
        OutOfBudgetError: If it takes too long, or the string would.
    """
    if wanted.longest is not None and wanted.longest < wanted.shortest:
        return None
    if wanted.shortest > LONGEST:
        budget.exhaust(f"a string of {wanted.shortest} characters would be needed")
    machines = [automaton(pattern) for pattern in (*wanted.found, *wanted.not_found)]
    if not machines and wanted.shortest > 3:
        return _repeated(wanted)
    return _walk(wanted, machines, budget)


def _repeated(wanted: Wanted) -> str | None:
    most = wanted.shortest + len(wanted.other_than)
    for length in range(wanted.shortest, min(most, wanted.longest or most) + 1):
        for char in _READABLE:
            if char * length not in wanted.other_than:
                return char * length
    return None if wanted.longest == 0 else "é" * wanted.shortest


Place = tuple[tuple[States, ...], int, str | None]
"""Where each automaton is, how long the string is (up to what counts), what it may still be equal to."""


def _walk(wanted: Wanted, machines: Sequence[Automaton], budget: Budget) -> str | None:
    prefixes = {text[:end] for text in wanted.other_than for end in range(len(text) + 1)}
    chars = _alphabet(machines, wanted.other_than)
    start: Place = (tuple(machine.start() for machine in machines), 0, "" if "" in prefixes else None)
    seen, layer, length = {start}, [(start, "")], 0
    while layer:
        following: list[tuple[Place, str]] = []
        for (states, _, spelled), text in layer:
            if length >= wanted.shortest and spelled not in wanted.other_than:
                budget.spend(len(machines))
                if _fits(states, machines, len(wanted.found)):
                    return text
            if length == wanted.longest:
                continue
            for char in chars:
                budget.spend(1 + sum(len(at) for at in states))
                after = tuple(machine.step(at, char) for machine, at in zip(machines, states, strict=True))
                longer = spelled + chr(char) if spelled is not None else None
                place = (after, min(length + 1, wanted.shortest), longer if longer in prefixes else None)
                if place not in seen:
                    seen.add(place)
                    following.append((place, text + chr(char)))
        layer, length = following, length + 1
    return None


def _fits(states: tuple[States, ...], machines: Sequence[Automaton], found: int) -> bool:
    return all(
        machine.accepts(at) == (number < found)
        for number, (machine, at) in enumerate(zip(machines, states, strict=True))
    )


def _alphabet(machines: Iterable[Automaton], texts: Collection[str]) -> list[int]:
    """Return one character of each kind that the patterns tell apart, readable ones first."""
    cuts = {0, TOP + 1}
    for machine in machines:
        for ranges in machine.chars:
            for low, high in ranges:
                cuts |= {max(0, low), max(0, high + 1)}
    for letter in {letter for text in texts for letter in text}:
        cuts |= {ord(letter), ord(letter) + 1}
    edges = sorted(cuts)
    kinds = [(low, high - 1) for low, high in pairwise(edges)]
    return sorted({char for kind in kinds if (char := _of(*kind)) is not None}, key=_readability)


def _of(low: int, high: int) -> int | None:
    for char in _READABLE:
        if low <= ord(char) <= high:
            return ord(char)
    if low >= 0xD800 and high <= 0xDFFF:
        return None
    return low if not 0xD800 <= low <= 0xDFFF else 0xE000


def _readability(char: int) -> tuple[int, int]:
    place = _READABLE.find(chr(char))
    return (place if place >= 0 else len(_READABLE), char)

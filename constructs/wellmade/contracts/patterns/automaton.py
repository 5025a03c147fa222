"""A pattern as an automaton: its positions, and which may follow which (Glushkov's construction)."""

from dataclasses import dataclass, field
from functools import lru_cache

from wellmade.contracts.patterns.syntax import (
    BEGIN,
    END,
    Chars,
    Either,
    IrregularError,
    Repeat,
    Sequence,
    Tree,
    parse,
)
from wellmade.contracts.patterns.unicode import Ranges

POSITIONS = 1_500
"""A pattern that needs more is not looked into."""
_EDGES = 60_000

States = frozenset[int]
ACCEPTED: States = frozenset({-1})
"""JSON Schema searches: once found, whatever follows."""


@dataclass
class _Part:
    nullable: bool
    first: list[int]
    last: list[int]


@dataclass
class Automaton:
    """Positions of a pattern; `follow` holds one entry for each way, so that ambiguity can be seen."""

    chars: list[Ranges] = field(default_factory=list)
    follow: list[list[int]] = field(default_factory=list)
    first: list[int] = field(default_factory=list)
    last: frozenset[int] = frozenset()
    nullable: bool = False
    _edges: int = 0

    def start(self) -> States:
        """Return where a search begins: before the first character."""
        return ACCEPTED if self.nullable else self.step(frozenset(), BEGIN)

    def step(self, states: States, char: int) -> States:
        """Return where a search is after one more character."""
        if states is ACCEPTED:
            return ACCEPTED
        reachable = {to for state in states for to in self.follow[state]}
        reached = frozenset(to for to in reachable.union(self.first) if _within(self.chars[to], char))
        return ACCEPTED if reached & self.last else reached

    def accepts(self, states: States) -> bool:
        """Tell whether the pattern is found where the string ends here."""
        return states is ACCEPTED or self.step(states, END) is ACCEPTED

    def found_in(self, text: str) -> bool:
        """Tell whether the pattern is found in a text: a step for each character, however it is written."""
        states = self.start()
        for char in text:
            states = self.step(states, ord(char))
        return self.accepts(states)

    def add(self, tree: Tree) -> _Part:
        """Add the positions of a tree."""
        match tree:
            case Chars(ranges):
                return self._chars(ranges)
            case Sequence(parts):
                return self._sequence(parts)
            case Either(options):
                every = [self.add(option) for option in options]
                return _Part(
                    any(part.nullable for part in every),
                    [first for part in every for first in part.first],
                    [last for part in every for last in part.last],
                )
            case Repeat(part, least, most):
                return self._repeat(part, least, most)

    def _chars(self, ranges: Ranges) -> _Part:
        if len(self.chars) >= POSITIONS:
            raise IrregularError("it is too long")
        self.chars.append(ranges)
        self.follow.append([])
        position = len(self.chars) - 1
        return _Part(nullable=False, first=[position], last=[position])

    def _sequence(self, parts: tuple[Tree, ...]) -> _Part:
        whole = _Part(nullable=True, first=[], last=[])
        for tree in parts:
            part = self.add(tree)
            self._connect(whole.last, part.first)
            whole.first = whole.first + part.first if whole.nullable else whole.first
            whole.last = whole.last + part.last if part.nullable else part.last
            whole.nullable = whole.nullable and part.nullable
        return whole

    def _repeat(self, tree: Tree, least: int, most: int | None) -> _Part:
        if most is not None and most < least:
            raise IrregularError("it repeats less than at least")
        if most is None:
            copies = [self.add(tree) for _ in range(max(1, least))]
            self._connect(copies[-1].last, copies[-1].first)
        else:
            copies = [self.add(tree) for _ in range(most)]
        whole = _Part(nullable=True, first=[], last=[])
        for number, part in enumerate(copies):
            part.nullable = part.nullable or number >= least
            self._connect(whole.last, part.first)
            whole.first = whole.first + part.first if whole.nullable else whole.first
            whole.last = whole.last + part.last if part.nullable else part.last
            whole.nullable = whole.nullable and part.nullable
        return whole

    def _connect(self, before: list[int], after: list[int]) -> None:
        self._edges += len(before) * len(after)
        if self._edges > _EDGES:
            raise IrregularError("it is too long")
        for position in before:
            self.follow[position] += after


@lru_cache(maxsize=512)
def automaton(pattern: str) -> Automaton:
    """Return the automaton of a pattern.

    Raises:
        IrregularError: If it is not regular, or too long.
    """
    built = Automaton()
    whole = built.add(parse(pattern))
    built.first, built.last, built.nullable = whole.first, frozenset(whole.last), whole.nullable
    return built


def _within(ranges: Ranges, char: int) -> bool:
    return any(low <= char <= high for low, high in ranges)

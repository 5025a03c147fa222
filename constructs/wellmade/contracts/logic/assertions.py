"""The atoms about one value, sorted by what they say."""

from typing import Any

from wellmade.contracts.logic.answer import Literal, State
from wellmade.contracts.logic.node import Node, Pool


class Assertions:
    """What is asked of a value of one type, where no case is left to choose."""

    def __init__(self, atoms: State, pool: Pool) -> None:
        self.atoms: State = atoms
        self.pool: Pool = pool
        order = sorted(atoms, key=lambda literal: (literal[2].order, literal[0], literal[1]))
        self._of: dict[tuple[str, bool], list[Literal]] = {}
        for literal in order:
            self._of.setdefault((literal[2].kind, literal[1]), []).append(literal)

    @property
    def is_contradiction(self) -> bool:
        """Whether a formula must hold and must not."""
        signs: dict[Node, bool] = {}
        return any(signs.setdefault(node, sign) != sign for _, sign, node in self.atoms)

    @property
    def opaque(self) -> list[str]:
        """Why it is not known what some of it means."""
        return [node.args[0] for sign in (True, False) for _, _, node in self._of.get(("opaque", sign), ())]

    @property
    def excluded(self) -> frozenset[str]:
        """The canonical texts of values that it must not be."""
        return frozenset(text for _, _, node in self._of.get(("enum", False), ()) for text in node.args[0])

    def holding(self, kind: str) -> list[Literal]:
        """Return the literals of a kind that must hold."""
        return self._of.get((kind, True), [])

    def failing(self, kind: str) -> list[Literal]:
        """Return the literals of a kind that must not hold."""
        return self._of.get((kind, False), [])

    def asked(self, kind: str) -> list[Any]:
        """Return the first argument of each formula of a kind that must hold."""
        return [node.args[0] for _, _, node in self.holding(kind)]

    def refused(self, kind: str) -> list[Any]:
        """Return the first argument of each formula of a kind that must not hold."""
        return [node.args[0] for _, _, node in self.failing(kind)]

    def sizes(self, least: str, most: str) -> tuple[int, int | None]:
        """Return the bounds of a size, from what must hold and what must not."""
        low = max([0, *self.asked(least), *(bound + 1 for bound in self.refused(most))])
        tops = [*self.asked(most), *(bound - 1 for bound in self.refused(least))]
        return low, min(tops) if tops else None

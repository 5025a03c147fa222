"""What the rules of a type ask of the search that they are part of."""

from typing import Protocol

from wellmade.contracts.budget import Budget
from wellmade.contracts.logic.answer import Answer, State
from wellmade.contracts.logic.node import Pool


class Searching(Protocol):
    """The search of one comparison."""

    pool: Pool
    budget: Budget
    additions: bool

    def solve(self, state: State) -> Answer:
        """Return a value that fulfils all literals of a state."""

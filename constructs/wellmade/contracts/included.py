"""Does one schema take every event that another allows? If not, an event is shown that it refuses."""

from dataclasses import dataclass
from typing import Any

from jsonschema.exceptions import ValidationError, best_match

from wellmade.contracts.budget import Budget, OutOfBudgetError
from wellmade.contracts.logic.answer import Found, Unknown
from wellmade.contracts.logic.node import Node, Pool
from wellmade.contracts.logic.solve import Solver
from wellmade.contracts.logic.translate import Translation
from wellmade.contracts.schema import Schema
from wellmade.contracts.validate import errors_of


@dataclass(frozen=True)
class Witness:
    """An event that one schema allows and the other refuses, as validators say."""

    event: Any
    error: ValidationError


@dataclass(frozen=True)
class Undecided:
    """It was not found out; the reason is for a person."""

    reason: str


def find_witness(
    allowing: Schema, refusing: Schema, budget: Budget, *, additions: bool
) -> Witness | Undecided | None:
    """Return an event that the first schema allows and the second refuses, or None where there is none.

    Args:
        allowing: The schema that events are written by.
        refusing: The schema that they are read by.
        budget: How long to search.
        additions: Leave out fields that only the reading schema names and that the writing one says nothing
            of: what a schema does not name its producer does not send, so a new optional field is no break.
    """
    return Inclusion(allowing, budget, additions=additions).witness(refusing)


class Inclusion:
    """Searches of events of one schema that others refuse; what was found out for one is known for the next.

    Args:
        allowing: As of `find_witness`.
        budget: As of `find_witness`, for all of them together.
        additions: As of `find_witness`.
    """

    def __init__(self, allowing: Schema, budget: Budget, *, additions: bool) -> None:
        self.allowing: Schema = allowing
        self.budget: Budget = budget
        self._pool = Pool()
        self._solver = Solver(self._pool, budget, additions=additions)
        self._searches = 0
        self._ours: Node | None = None

    def witness(self, refusing: Schema) -> Witness | Undecided | None:
        """Return an event that this schema refuses, or None where there is none."""
        self._searches += 1
        try:
            if self._ours is None:
                self._ours = Translation(self.allowing, self._pool, "allowing").formula()
            theirs = Translation(refusing, self._pool, f"refusing {self._searches}").formula()
            answer = self._solver.solve(frozenset([(True, True, self._ours), (False, False, theirs)]))
            if isinstance(answer, Found):
                return _validated(self.allowing, refusing, answer.value, self.budget)
        except OutOfBudgetError as error:
            return Undecided(str(error))
        except RecursionError:
            return Undecided("the schemas are nested too deep")
        return Undecided(answer.reason) if isinstance(answer, Unknown) else None


def _validated(allowing: Schema, refusing: Schema, event: Any, budget: Budget) -> Witness | Undecided:
    if errors_of(allowing, event, budget):
        return Undecided("validators refuse the event that was found, for the schema that should allow it")
    error = best_match(errors_of(refusing, event, budget))
    if error is None:
        return Undecided("validators allow the event that was found, for the schema that should refuse it")
    return Witness(event, error)

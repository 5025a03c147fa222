"""Does one schema take every event that another allows? If not, an event is shown that it refuses."""

from dataclasses import dataclass
from typing import Any

from jsonschema.exceptions import ValidationError, best_match

from wellmade.contracts.budget import Budget, OutOfBudgetError
from wellmade.contracts.logic.answer import Found, Unknown
from wellmade.contracts.logic.node import Pool
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
    pool = Pool()
    try:
        ours = Translation(allowing, pool, "allowing").formula()
        theirs = Translation(refusing, pool, "refusing").formula()
        solver = Solver(pool, budget, additions=additions)
        answer = solver.solve(frozenset([(True, True, ours), (False, False, theirs)]))
        if isinstance(answer, Found):
            return _validated(allowing, refusing, answer.value, budget)
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

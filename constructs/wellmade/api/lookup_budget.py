"""How the time that a caller waits is shared between lookups and all else."""

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass

from aws_cdk import Duration
from constructs import IConstruct

from wellmade.facts.latency import worst_case
from wellmade.kit.annotations import ShortDuration
from wellmade.kit.refusals import RefusedError, refusal, require_between
from wellmade_runtime.variables import LATENCY_BUDGET_SECONDS, LOOKUPS, OWN_WORK_SECONDS

LONGEST = 3_000
"""Milliseconds for which a caller waits for a lookup; what takes longer is a job."""
MOST_ATTEMPTS = 5
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_FIX = "shorten a timeout, take fewer attempts, or raise the budget"


@dataclass(frozen=True)
class Lookup:
    """One thing that is looked up while a caller waits.

    Args:
        timeout: Most time for one attempt. Default: an equal share of what the budget leaves.
        attempts: Most attempts. Default: 1.
    """

    timeout: ShortDuration | None = None
    attempts: int = 1


@dataclass(frozen=True)
class LookupBudget:
    """A budget that adds up, in milliseconds."""

    budget: float
    own_work: float
    lookups: Mapping[str, tuple[float, int]]
    """Timeout and attempts of each lookup by name."""

    @property
    def variables(self) -> dict[str, str]:
        """What tells the handler: see `wellmade_runtime.lookups`."""
        plan = {
            name: {"timeout": round(timeout / 1000, 6), "attempts": attempts}
            for name, (timeout, attempts) in self.lookups.items()
        }
        return {
            LATENCY_BUDGET_SECONDS: f"{self.budget / 1000:.12g}",
            OWN_WORK_SECONDS: f"{self.own_work / 1000:.12g}",
            LOOKUPS: json.dumps(plan, sort_keys=True),
        }


def budget_of(
    scope: IConstruct, lookups: Mapping[str, Lookup], *, budget: Duration, own_work: Duration
) -> LookupBudget:
    """Share a budget, and refuse one that does not add up.

    Args:
        scope: The pattern.
        lookups: By name; those without a timeout share what the others leave.
        budget: What a caller waits at most.
        own_work: What of it is for all but lookups.

    Raises:
        RefusedError: If a number is out of bounds, or the whole takes longer than the budget.
    """
    whole, own = (each.to_milliseconds() for each in (budget, own_work))
    fix = "let AsyncApi answer at once where it takes longer"
    require_between(scope, "budget in milliseconds", whole, 1, LONGEST, fix)
    require_between(scope, "own_work in milliseconds", own, 1, whole, "no code answers in no time")
    for name, lookup in lookups.items():
        _refuse_wrong_lookup(scope, name, lookup)
    given = {name: _milliseconds(each) for name, each in lookups.items()}
    left = whole - worst_case(own, (each for each in given.values() if each[0]))
    shares = sum(attempts for timeout, attempts in given.values() if not timeout)
    # Whole microseconds, as they are written: rounded up, all of them together would be over the budget.
    share = math.floor(left / shares * 1000) / 1000 if shares else 0.0
    found = {name: (timeout or share, attempts) for name, (timeout, attempts) in given.items()}
    if left < 0 or (shares and share < 1):
        raise _over(scope, given, whole, own)
    return LookupBudget(whole, own, found)


def _milliseconds(lookup: Lookup) -> tuple[float, int]:
    """Return timeout and attempts; 0 stands for a timeout that is to be computed."""
    return (lookup.timeout.to_milliseconds() if lookup.timeout else 0.0, lookup.attempts)


def _refuse_wrong_lookup(scope: IConstruct, name: str, lookup: Lookup) -> None:
    if not _NAME.fullmatch(name):
        fix = "name what is looked up, as in profile"
        raise refusal(scope, "lookups", "by names in small letters", repr(name), fix)
    option = f"lookups[{name!r}].attempts"
    require_between(scope, option, lookup.attempts, 1, MOST_ATTEMPTS, "a caller waits for each of them")
    if lookup.timeout is not None and lookup.timeout.to_milliseconds() < 1:
        raise refusal(
            scope, f"lookups[{name!r}].timeout", "at least 1 ms", lookup.timeout, "no store answers sooner"
        )


def _over(
    scope: IConstruct, given: Mapping[str, tuple[float, int]], budget: float, own_work: float
) -> RefusedError:
    """Return the refusal of a budget, with what uses it up; a lookup without a timeout takes 1 ms."""
    parts = [f"{attempts} x {timeout or 1:.12g} ms of {name}" for name, (timeout, attempts) in given.items()]
    whole = worst_case(own_work, ((timeout or 1, attempts) for timeout, attempts in given.values()))
    return refusal(
        scope,
        "lookups",
        f"such that all attempts and {own_work:.12g} ms of own work end within {budget:.12g} ms",
        f"{' and '.join(parts)}, {whole:.12g} ms in all",
        _FIX,
        rule="timeout-budget",
    )

"""Two versions of one contract: which events break whom, and what a person must look at."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from jsonschema.exceptions import ValidationError

from wellmade.contracts.budget import Budget, OutOfBudgetError
from wellmade.contracts.included import Inclusion, Undecided, Witness
from wellmade.contracts.place import describe, field_of, short
from wellmade.contracts.relax import relaxed
from wellmade.contracts.schema import Schema
from wellmade.contracts.validate import errors_of
from wellmade.contracts.whole_numbers import written_as_fraction

MOST = 8
"""Breaks that are shown for each direction."""
CONSUMERS, KEPT = "consumers", "kept events"


@dataclass(frozen=True)
class Break:
    """An event that somebody cannot read any more.

    Args:
        field: What of the event changed.
        keyword: What is asked of it.
        old: What the released contract says there.
        new: What the current one says there.
        event: The event, which one of the two allows and the other refuses.
        who: `consumers` who read by the released contract, or `kept events` that were written by it.
        why: What a validator says.
    """

    field: str
    keyword: str
    old: str
    new: str
    event: Any
    who: str
    why: str

    def __str__(self) -> str:
        shown = _short(json.dumps(self.event))
        change = f"{self.field}: {self.keyword} {_changed(self.old, self.new)}"
        if self.who == CONSUMERS:
            return f"{change}; the new event {shown} breaks who reads by the released contract: {self.why}"
        return f"{change}; the event {shown}, released and kept, is no longer read: {self.why}"


@dataclass
class Verdict:
    """What a change does: breaks, and what was not found out. Neither means that it breaks nobody."""

    breaks: list[Break] = field(default_factory=list)
    undecided: list[str] = field(default_factory=list)


def compare(old: Schema, new: Schema, steps: int | None = None) -> Verdict:
    """Return what a change of a contract within its version does.

    Every event that the new contract allows must be one that the released one allows, else consumers break.
    Every event that the released one allowed must still be one, since queues and archives keep them. A field
    that the released contract says nothing of is not in them: so an optional field may be added.

    Args:
        old: The contract as consumers were promised it.
        new: The contract as it is now.
        steps: How long to search. Default: about half a second.

    Raises:
        ValueError: If a schema refers to itself without an end.
    """
    verdict = Verdict()
    if old.text == new.text:
        return verdict
    for allowing, refusing, who in ((new, old, CONSUMERS), (old, new, KEPT)):
        budget = Budget(steps) if steps else Budget()
        for found in _search(allowing, refusing, budget, additions=who == KEPT):
            if isinstance(found, Undecided):
                if not any(known.who == who for known in verdict.breaks):
                    verdict.undecided.append(_question(found, who))
                break
            verdict.breaks.append(_break(found, old, new, who))
        else:
            _add_fraction(verdict, old, new, who, Budget(steps) if steps else Budget())
    return verdict


def _add_fraction(verdict: Verdict, old: Schema, new: Schema, who: str, budget: Budget) -> None:
    """Add what only a whole number with a fraction part breaks, where nothing else breaks anybody."""
    if any(known.who == who for known in verdict.breaks):
        return
    allowing, refusing = (new, old) if who == CONSUMERS else (old, new)
    found = written_as_fraction(allowing, refusing, budget, additions=who == KEPT)
    if isinstance(found, Undecided):
        verdict.undecided.append(_question(found, who))
    elif found:
        verdict.breaks.append(_break(found, old, new, who))


def _search(
    allowing: Schema, refusing: Schema, budget: Budget, *, additions: bool
) -> Iterator[Witness | Undecided]:
    """Yield a witness for each assertion that refuses one: found, dropped, and searched again."""
    wider: Schema | None = refusing
    search = Inclusion(allowing, budget, additions=additions)
    for _ in range(MOST):
        found = search.witness(wider) if wider else None
        if isinstance(found, Witness) and wider is not refusing and not _refuses(refusing, found, budget):
            return  # what was dropped had a part in what is refused now
        if found is not None:
            yield found
        wider = relaxed(wider, found.error) if wider and isinstance(found, Witness) else None


def _refuses(schema: Schema, found: Witness, budget: Budget) -> bool:
    try:
        return bool(errors_of(schema, found.event, budget))
    except OutOfBudgetError:
        return False


def _break(found: Witness, old: Schema, new: Schema, who: str) -> Break:
    error: ValidationError = found.error
    keyword = str(error.validator or "schema")
    path = list(error.absolute_path)
    before, after = short(*(describe(schema, path, keyword) for schema in (old, new)))
    said = _short(" ".join(error.message.split()))
    return Break(field_of(error), keyword, before, after, found.event, who, said)


def _changed(old: str, new: str) -> str:
    """Say how two texts differ; what is alike at the place itself differs in what it leads to."""
    if old == new:
        return f"is {new} in both, and takes other events since something beside or behind it changed"
    return f"was {old} and is {new}"


def _question(found: Undecided, who: str) -> str:
    whom = (
        "consumers read all new events" if who == CONSUMERS else "all events that are kept can still be read"
    )
    return f"whether {whom} cannot be decided: {found.reason}"


def _short(text: str, most: int = 300) -> str:
    return text if len(text) <= most else f"{text[: most - 3]}..."

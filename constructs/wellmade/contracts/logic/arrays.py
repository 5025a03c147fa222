"""Arrays: how many items, what each must be, and whether two may be equal."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, product
from typing import Any

from wellmade.contracts.logic.answer import (
    LARGEST,
    NOTHING,
    Answer,
    Found,
    Literal,
    State,
    Tried,
    Unknown,
    bounded,
)
from wellmade.contracts.logic.assertions import Assertions
from wellmade.contracts.logic.node import Node
from wellmade.contracts.logic.searching import Searching
from wellmade.contracts.logic.values import canonical

LONGEST = 150


@dataclass(frozen=True)
class Count:
    """So many items must fulfil a formula."""

    side: bool
    node: Node
    least: int
    most: int | None


def find_array(solver: Searching, asserted: Assertions) -> Answer:
    """Return an array that fulfils all."""
    least, most = asserted.sizes("min_items", "max_items")
    if most is not None and most < least:
        return NOTHING
    tried = Tried()
    for counts in _counts(asserted):
        enough = max(least, _prefix(asserted) + _extra(asserted, counts))
        if max(least, *(count.least for count in counts), 0) > LONGEST:
            tried.note(Unknown(f"an array of more than {LONGEST} items would be needed"))
            continue
        for length in range(least, min(enough, LONGEST, enough if most is None else most) + 1):
            answer = _of_length(solver, asserted, counts, length)
            if isinstance(answer, Found):
                return answer
            tried.note(answer)
    return tried.answer


def _prefix(asserted: Assertions) -> int:
    literals = (*asserted.holding("items"), *asserted.failing("items"))
    return max((len(node.args[0]) for _, _, node in literals), default=0)


def _extra(asserted: Assertions, counts: list[Count]) -> int:
    """Return how many items beyond the first may be of use."""
    wrong = len(asserted.failing("items")) + 2 * len(asserted.failing("unique")) + bool(asserted.excluded)
    return wrong + sum(count.least for count in counts)


def _counts(asserted: Assertions) -> Iterator[list[Count]]:
    """Yield the ways to read `contains`: what must not hold has too few, or too many."""
    asked = [Count(side, *node.args) for side, _, node in asserted.holding("contains")]
    options = []
    for side, _, node in asserted.failing("contains"):
        part, least, most = node.args
        few = [Count(side, part, 0, least - 1)] if least else []
        options.append(few if most is None else [*few, Count(side, part, most + 1, None)])
    for chosen in product(*options):
        yield [*asked, *chosen]


def _of_length(solver: Searching, asserted: Assertions, counts: list[Count], length: int) -> Answer:
    tried = Tried()
    base = [_at(asserted, place) for place in range(length)]
    for literals in _counted(solver, counts, base):
        for wrong in _violated(asserted, literals):
            solver.budget.spend(1 + length)
            answer = _filled(solver, asserted, wrong)
            if isinstance(answer, Found):
                return answer
            tried.note(answer)
    return tried.answer


def _at(asserted: Assertions, place: int) -> State:
    """Return what is asked of the item at a place."""
    return frozenset(
        (side, True, node.args[0][place] if place < len(node.args[0]) else node.args[1])
        for side, _, node in asserted.holding("items")
    )


def _counted(solver: Searching, counts: list[Count], items: list[State]) -> Iterator[list[State]]:
    """Yield each way to let enough items fulfil what must be contained, and not too many."""
    if not counts:
        yield items
        return
    count, length = counts[0], len(items)
    bounded = count.most is not None
    most = min(length, count.most) if count.most is not None else count.least
    for number in range(count.least, most + 1):
        for places in combinations(range(length), number):
            solver.budget.spend(length)
            chosen = [
                item | {(count.side, place in places, count.node)} if bounded or place in places else item
                for place, item in enumerate(items)
            ]
            yield from _counted(solver, counts[1:], chosen)


def _violated(asserted: Assertions, items: list[State]) -> Iterator[list[State]]:
    """Yield each way to let an item break each `items` that must not hold."""
    options = []
    for side, _, node in asserted.failing("items"):
        prefix, rest = node.args
        parts = [*prefix[: len(items)], *[rest] * (len(items) - len(prefix))]
        options.append([(place, (side, False, part)) for place, part in enumerate(parts)])
    for chosen in product(*options):
        found = list(items)
        for place, literal in chosen:
            found[place] |= {literal}
        if not asserted.failing("unique"):
            yield found
            continue
        for one, other in combinations(range(len(found)), 2):
            both = found[one] | found[other]
            yield [both if place in (one, other) else item for place, item in enumerate(found)]


def _filled(solver: Searching, asserted: Assertions, items: list[State]) -> Answer:
    """Return an array with a value for each item; equal states get equal values, unless that is refused."""
    unique = bool(asserted.holding("unique"))
    value: list[Any] = []
    size = 1
    for item in items:
        others = {_other_than(solver, known) for known in value} if unique else set()
        answer = solver.solve(item | others)
        if not isinstance(answer, Found):
            same = len(set(items)) == 1 or not others or not isinstance(solver.solve(item), Found)
            return answer if same else Unknown("items that must all differ were not found")
        value.append(answer.value)
        size += answer.size
    if asserted.excluded and size <= LARGEST and canonical(value) in asserted.excluded:
        return Unknown("every array that was found is one that must not be")
    return bounded(value, size)


def _other_than(solver: Searching, value: Any) -> Literal:
    text = canonical(value)
    solver.pool.values.setdefault(text, value)
    return (True, False, solver.pool.make("enum", frozenset([text])))

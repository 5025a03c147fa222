"""Numbers: bounds, multiples, and what a number must not be."""

from collections.abc import Iterator
from fractions import Fraction
from math import lcm

from wellmade.contracts.logic.answer import NOTHING, Answer, Found, Unknown
from wellmade.contracts.logic.assertions import Assertions
from wellmade.contracts.logic.searching import Searching

Bound = tuple[Fraction, bool] | None
"""A limit, and whether the limit itself is outside."""
_TRIES = 5_000


def find_number(solver: Searching, asserted: Assertions) -> Answer:
    """Return a number that fulfils all."""
    low, high = _bounds(asserted)
    step = _common(asserted.asked("multiple"))
    if step is not None and any((step / other).denominator == 1 for other in asserted.refused("multiple")):
        return NOTHING
    for tries, number in enumerate(_candidates(low, high, step, len(asserted.excluded))):
        solver.budget.spend()
        if tries > _TRIES:
            return Unknown("too many numbers would have to be tried")
        if _fits(number, low, high) and _is_left(number, asserted):
            return Found(_plain(number))
    if low is None or high is None or (step is None and low[0] < high[0]):
        return Unknown("too many numbers would have to be tried")
    return NOTHING


def _bounds(asserted: Assertions) -> tuple[Bound, Bound]:
    lows = [(node.args[0], node.args[1]) for _, _, node in asserted.holding("minimum")]
    lows += [(node.args[0], not node.args[1]) for _, _, node in asserted.failing("maximum")]
    highs = [(node.args[0], node.args[1]) for _, _, node in asserted.holding("maximum")]
    highs += [(node.args[0], not node.args[1]) for _, _, node in asserted.failing("minimum")]
    return max(lows, default=None), min(highs, key=lambda bound: (bound[0], not bound[1]), default=None)


def _common(steps: list[Fraction]) -> Fraction | None:
    """Return the least number that is a multiple of all."""
    found = None
    for step in steps:
        if found is None:
            found = step
            continue
        numerator = lcm(found.numerator * step.denominator, step.numerator * found.denominator)
        found = Fraction(numerator, found.denominator * step.denominator)
    return found


def _candidates(low: Bound, high: Bound, step: Fraction | None, excluded: int) -> Iterator[Fraction]:
    if step is None:
        yield from _dense(low, high, excluded)
        return
    if low is not None:
        first = -((-low[0]) // step)
        last = high[0] // step if high is not None else first + _TRIES
        yield from (step * place for place in range(first, last + 1))
    elif high is not None:
        first = high[0] // step
        yield from (step * place for place in range(first, first - _TRIES, -1))
    else:
        yield from (step * place for place in range(_TRIES // 2))
        yield from (step * -place for place in range(1, _TRIES // 2))


def _dense(low: Bound, high: Bound, excluded: int) -> Iterator[Fraction]:
    """Yield whole numbers, then ever finer fractions: of those only finitely many can be refused."""
    start = low[0] if low is not None else high[0] - 1 if high is not None else Fraction(0)
    end = high[0] if high is not None else start + 1 + excluded
    yield from (Fraction(number) for number in range(int(start), int(min(end, start + 50 + excluded)) + 1))
    yield from (start, end)
    if start < end:
        for parts in (2, 10, 1000, 7919, 104729):
            for number in range(1, min(parts, 20 + excluded)):
                yield start + (end - start) * number / parts


def _fits(number: Fraction, low: Bound, high: Bound) -> bool:
    above = low is None or number > low[0] or (number == low[0] and not low[1])
    below = high is None or number < high[0] or (number == high[0] and not high[1])
    return above and below


def _is_left(number: Fraction, asserted: Assertions) -> bool:
    if str(number) in asserted.excluded:
        return False
    return all((number / step).denominator != 1 for step in asserted.refused("multiple"))


def _plain(number: Fraction) -> int | float:
    return number.numerator if number.denominator == 1 else float(number)

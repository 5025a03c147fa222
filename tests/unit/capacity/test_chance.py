"""The formulas agree with tables and with sums that are worked out term by term."""

from math import exp, factorial

import pytest

from wellmade.capacity.chance import all_busy, never_begins, over_quota, waits


@pytest.mark.parametrize(
    ("room", "load", "blocked", "waiting"),
    [(1, 0.5, 1 / 3, 0.5), (2, 1, 0.2, 1 / 3), (5, 3, 0.110054, 0.236151), (10, 8, 0.121661, 0.409180)],
)
def test_erlangs_formulas(room: int, load: float, blocked: float, waiting: float) -> None:
    assert all_busy(room, load) == pytest.approx(blocked, rel=1e-4)
    assert waits(room, load) == pytest.approx(waiting, rel=1e-4)


@pytest.mark.parametrize(("quota", "rate"), [(20, 15), (20, 5), (3, 3), (50, 50)])
def test_what_is_over_a_quota_of_a_second(quota: int, rate: float) -> None:
    terms = ((count - quota) * rate**count * exp(-rate) / factorial(count) for count in range(quota, 150))
    assert over_quota(quota, rate) == pytest.approx(sum(terms) / rate)


def test_many_calls_are_counted_as_few_are() -> None:
    few, many = over_quota(1000, 999.9), over_quota(1000.1, 1000.1)
    assert few == pytest.approx(many, rel=0.02)
    assert over_quota(1000, 1e9) == pytest.approx(1 - 1e-6)
    assert over_quota(2e9, 1e9) == 0


def test_the_fuller_it_is_the_longer_some_wait() -> None:
    chances = [never_begins(2, load, 6.0) for load in (0.0, 1.0, 1.6, 1.9, 2.0)]
    assert chances == sorted(chances)
    assert (chances[0], chances[-1]) == (0, 1)

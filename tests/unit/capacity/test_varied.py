"""Systems of kinds that outsiders vary, judged as a simulation of every message shows them."""

import random

import pytest

from tests.unit.capacity.worlds.judged import judged
from tests.unit.capacity.worlds.varied import SHAPES, varied

LONGEST = "long"
"""Its worlds take as much to simulate as all the others ten times over."""


def seeds_of(shape: str, count: int) -> list[int]:
    """Return the first seeds that make a world of this shape."""
    chosen = (random.Random(seed + 7_000_000).choice(SHAPES) == shape for seed in range(200))  # noqa: S311 - a simulation
    return [seed for seed, is_one in enumerate(chosen) if is_one][:count]


@pytest.mark.parametrize(
    "shape", [pytest.param(each, marks=pytest.mark.scan) if each == LONGEST else each for each in SHAPES]
)
def test_a_verdict_is_that_of_the_simulation(shape: str) -> None:
    found = [one for seed in seeds_of(shape, 3) if (one := judged(seed, varied))]
    assert found
    assert [one.seed for one in found if not one.right] == []
    assert [one.seed for one in found if one.holds and one.lost] == []

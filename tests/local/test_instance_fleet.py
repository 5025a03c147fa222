"""The program that drains an instance, beside a real worker on a real queue."""

import pytest

from bench.fleet_drains import drain_at_work
from wellmade.local.server import LocalCloud

pytestmark = pytest.mark.local


@pytest.mark.scan
def test_terminations_lose_nothing_and_double_nothing(cloud: LocalCloud) -> None:
    outcome = drain_at_work(cloud, messages=500, terminations=25, seed=1)
    assert (outcome.lost, outcome.doubled, outcome.dead) == (0, 0, 0)
    assert outcome.finished == outcome.terminations == 25

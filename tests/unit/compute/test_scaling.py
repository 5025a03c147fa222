"""The acceptable latency that a worker promises, against a simulation of its synthesized policies."""

import pytest

from bench.scaling.__main__ import LATENCY, by_backlog, by_cpu
from bench.scaling.policies import Tracking
from bench.scaling.simulation import Result
from bench.scaling.traces import TRACES
from bench.scaling.ways import ROOT, compared


@pytest.fixture(scope="module")
def ours() -> dict[str, Result]:
    return by_backlog()


@pytest.fixture(scope="module")
def theirs() -> dict[str, Result]:
    return by_cpu()


@pytest.mark.parametrize("trace", TRACES)
def test_nobody_waits_longer_than_promised(ours: dict[str, Result], trace: str) -> None:
    assert max(ours[trace].waits) <= LATENCY


@pytest.mark.parametrize("trace", TRACES)
def test_scaling_by_cpu_would_break_the_promise(theirs: dict[str, Result], trace: str) -> None:
    assert max(theirs[trace].waits) > LATENCY


def test_tracking_adds_after_three_minutes_above_and_takes_away_after_fifteen_below() -> None:
    tracking = Tracking(target=10, out_cooldown=60, in_cooldown=300)
    assert [tracking.wants(60 * minute, 2, 30) for minute in range(4)] == [2, 2, 6, 6]
    assert [tracking.wants(1000 + 60 * minute, 6, 1) for minute in range(15)] == [6] * 14 + [1]


@pytest.mark.scan
def test_the_page_has_the_figures_of_all_ways() -> None:
    """Two stacks are synthesized for it."""
    page = (ROOT / "docs" / "scaling.md").read_text()
    for (name, way), (result, dollars) in compared().items():
        waits = [result.percentile(0.5), result.percentile(0.95), max(result.waits)]
        row = " | ".join([way, *(f"{wait:.0f}" for wait in waits), f"{dollars:.2f}"])
        assert f"| {row} |" in page, name

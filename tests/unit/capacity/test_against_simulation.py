"""The inequalities say what a simulation of every single message shows."""

import tempfile
from math import inf
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.unit.capacity.pipelines import Link, Pipeline
from wellmade.capacity.outcome import Outcome

QUEUE = Link("One", batch=10, seconds=0.5, each=0.05, reserved=4)
PIPELINES = {
    "reserved concurrency": Pipeline((QUEUE,), 20),
    "maximum concurrency of the source": Pipeline((Link("One", maximum=2, reserved=10),), 10),
    "account pool": Pipeline((Link("One", reserved=None), Link("Two", reserved=4, batch=1)), 20, pool=10),
    "pool shared side by side": Pipeline(
        (Link("One", reserved=None, batch=1), Link("Two", reserved=None, batch=1, seconds=0.2)),
        5,
        pool=8,
        parallel=True,
    ),
    "second stage": Pipeline((Link("One", reserved=20), Link("Two", reserved=3, batch=5)), 10),
    "fan-out": Pipeline((Link("One", gain=4, batch=1, reserved=9), Link("Two", reserved=3)), 4),
    "shards": Pipeline((Link("One", shards=3, parallel=2, batch=20, reserved=None),), 40),
    "message groups": Pipeline((Link("One", groups=3, reserved=10),), 12),
    "retries": Pipeline((Link("One", failures=0.3, receives=4), Link("Two", reserved=30)), 15),
    "throttled service": Pipeline((Link("One", call_limit=12, reserved=9, batch=1, seconds=0.1),), 6),
    "database proxy": Pipeline((Link("One", connections=3, reserved=9),), 12),
}
EACH = pytest.mark.parametrize("pipeline", PIPELINES.values(), ids=PIPELINES)
MESSAGES = 9000


def growth(pipeline: Pipeline) -> dict[str, float]:
    """Return by how many messages a second each backlog grows in the simulation, once it has got going."""
    simulation = pipeline.simulation()
    length = MESSAGES / pipeline.rate
    simulation.run(length * 0.3)
    before = {name: simulation.backlog(name) for name in simulation.stages}
    simulation.run(length)
    return {name: (simulation.backlog(name) - before[name]) / (length * 0.7) for name in simulation.stages}


def agrees(pipeline: Pipeline, folder: Path) -> None:
    """Bracket the first saturation, and compare what piles up behind it."""
    report = pipeline.report(folder)
    at = report.saturations[0][1]
    # A source that may take more at once than its function runs loses messages to throttles shortly before.
    assert report.breaks_at == pytest.approx(at, rel=0.01)
    reached = [limit for limit, multiple in report.saturations if multiple <= at * 1.25]
    saturated = {key.split(" > ")[0] for limit in reached for key in limit.claims}
    below, above = pipeline.times(at * 0.93), pipeline.times(at * 1.25)
    assert {name for name, rate in growth(below).items() if rate > 0.02 * below.rate} == set()
    told = Outcome(report.model.system, at * 1.25).passages
    measured = growth(above)
    growing = {f"pipeline/{name}Source" for name, rate in measured.items() if rate > 0.04 * above.rate}
    assert growing
    assert growing <= saturated
    assert sum(measured.values()) == pytest.approx(
        sum(passage.growth for passage in told.values()), rel=0.08, abs=0.01 * above.rate
    )


@EACH
def test_the_first_to_saturate_and_the_growth_of_its_backlog(pipeline: Pipeline, tmp_path: Path) -> None:
    agrees(pipeline, tmp_path)


def links(name: str) -> st.SearchStrategy[Link]:
    return st.builds(
        Link,
        name=st.just(name),
        batch=st.sampled_from([1, 2, 5, 10]),
        seconds=st.floats(0.1, 2),
        each=st.floats(0, 0.3),
        reserved=st.integers(2, 8),
        maximum=st.none() | st.integers(2, 8),
        gain=st.sampled_from([0.5, 1.0, 2.0]),
    )


@settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.builds(
        Pipeline,
        st.tuples(links("One")) | st.tuples(links("One"), links("Two")),
        rate=st.floats(2, 50),
    )
)
def test_any_pipeline_saturates_where_the_simulation_does(pipeline: Pipeline) -> None:
    with tempfile.TemporaryDirectory() as folder:
        agrees(pipeline, Path(folder))


PEAKS = {
    "one stage": Pipeline((Link("One", reserved=4),), 10, peak=8, hours=0.1),
    "behind a slower stage": Pipeline(
        (Link("One", reserved=6, batch=5), Link("Two", reserved=3, batch=2, seconds=0.2)),
        6,
        peak=8,
        hours=0.1,
    ),
    "stream": Pipeline((Link("One", shards=4, batch=10, reserved=None),), 12, peak=6, hours=0.1),
}


@pytest.mark.parametrize("pipeline", PEAKS.values(), ids=PEAKS)
def test_backlog_drain_time_and_age_after_a_peak(pipeline: Pipeline, tmp_path: Path) -> None:
    report = pipeline.report(tmp_path)
    simulation = pipeline.simulation()
    simulation.run(5000)
    for channel in report.model.system.channels:
        stage = simulation.stages[channel.consumer.removeprefix("pipeline/")]
        passage = report.outcome.passages[channel.id]
        assert report.outcome.oldest(channel) == pytest.approx(stage.oldest, rel=0.05, abs=3)
        assert 0 < passage.drain < inf
        assert stage.most == pytest.approx(passage.backlog, rel=0.05)


def drained_at(pipeline: Pipeline) -> float:
    """Return when the simulation's first stage has nothing waiting for the first time after the peak."""
    simulation = pipeline.simulation()
    stage = simulation.stages["One"]
    time = pipeline.hours * 3600
    simulation.run(time)
    while stage.waiting and time < 20_000:
        time += 5
        simulation.run(time)
    return time


@pytest.mark.parametrize("pipeline", PEAKS.values(), ids=PEAKS)
def test_drain_time(pipeline: Pipeline, tmp_path: Path) -> None:
    report = pipeline.report(tmp_path)
    passage = report.outcome.passages[report.model.system.channels[0].id]
    assert drained_at(pipeline) == pytest.approx(passage.drained_at, rel=0.05)


def test_the_multiple_at_which_the_age_alarm_rings_is_bracketed(tmp_path: Path) -> None:
    pipeline = Pipeline((Link("One", reserved=4, alarm=120),), 10, peak=8, hours=0.1)
    at = pipeline.report(tmp_path).breaks_at
    ages = []
    for multiple in (at * 0.95, at * 1.05):
        simulation = pipeline.times(multiple).simulation()
        simulation.run(4000)
        ages.append(simulation.stages["One"].oldest)
    assert ages[0] < 120 < ages[1]

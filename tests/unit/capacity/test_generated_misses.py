"""Systems of which generated ones showed a wrong verdict or figure; each breaks in the simulation too."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.unit.capacity.worlds.spec import Kind, Part, World
from tests.unit.capacity.worlds.templates import report_of
from tests.unit.capacity.worlds.verdict import seen_of

SHARED = (
    Part("One", seconds=1.5, each=0, batch=1, reserved=3, visibility=60),
    Part("Two", seconds=1.1, each=0.2, reserved=8, maximum=8),
)
CASES = {
    # Runs that wait for a connection hold the concurrency, so that others are throttled and lose receives.
    "connections behind a source without a maximum": (
        World((Part("One", seconds=0.5, each=0.05, reserved=15, receives=5, connections=4),), ("One",), rate=5.0, peak=2.0, hours=0.2),
        "One", "dead letters", "lost"),
    # Two sources that ask for more than they may have take messages alike, not as their capacities are.
    "two consumers without a maximum": (
        World(
            (Part("One", seconds=0.86, each=0.12, batch=5, reserved=15), Part("Two", seconds=0.9, each=0, batch=1, reserved=5)),
            ("One",), rate=15.0, rivals=(("Two", "One"),)),
        "Two", "dead letters", "lost"),
    "one consumer without a maximum beside one with": (
        World(SHARED, ("One",), rate=10.0, rivals=(("Two", "One"),)), "One", "dead letters", "lost"),
    # Calls that wait for a slow service fill the account's concurrency, and events for others grow too old.
    "a slow service starves another function": (
        World(
            (Part("One", "topic", seconds=0.5, each=0, batch=1, call_limit=15), Part("Two", "topic", seconds=0.5, each=0, batch=1, most_age=60)),
            ("One", "Two"), rate=18.0, pool=40),
        "Two", "never drains", "lost"),
    "throttled messages are older than the line of an alarm": (
        World((Part("One", seconds=1.2, each=0, batch=1, reserved=5, visibility=360, receives=5, alarm_age=(120, 3)),), ("One",), rate=1.6, peak=4.0, hours=0.15),
        "One", "alarm", "alarm"),
    "messages that failed are older than the line of an alarm for three minutes": (
        World((Part("One", batch=2, maximum=20, reserved=20, failures=0.1, receives=5, visibility=120, alarm_age=(120, 3)),), ("One",), rate=10.0),
        "One", "alarm", "alarm"),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_it_breaks_for_the_tool_and_in_the_simulation(case: str, tmp_path: Path) -> None:
    world, name, kind, shown = CASES[case]
    found = {one.name.split(" → ")[1]: one.kind for one in report_of(world, tmp_path).outcome.problems}
    assert found[name] == kind
    seen = seen_of(world, 7)
    counted = world.source(name) if world.rivals else name
    assert shown in {one.problem for one in seen.values()} or seen[counted].lost


def test_a_batching_window_fills_batches_while_a_source_is_throttled(tmp_path: Path) -> None:
    part = Part("One", seconds=1.4, each=0.01, window=2.0, reserved=5)
    world = World((part,), ("One",), rate=9.0)
    assert report_of(world, tmp_path).holds
    assert seen_of(world, 7)["One"].lost == 0


@pytest.mark.parametrize("kind", ["fifo", "stream"])
def test_the_fullest_group_or_shard_is_later_than_the_rest(kind: Kind, tmp_path: Path) -> None:
    """Keys are spread by chance: the oldest message and the drain are those of the fullest lane."""
    one = Part("One", kind, seconds=0.9, each=0, batch=1, reserved=5, groups=10, shards=10, maximum=5)
    part = replace(one, reserved=10, maximum=None) if kind == "stream" else one
    rate = 4.0 if kind == "stream" else 2.0
    world = World((part,), ("One",), rate=rate, peak=4.0, hours=0.15)
    report = report_of(world, tmp_path)
    (channel,) = report.model.system.channels
    seen = [seen_of(world, seed)["One"] for seed in range(3)]
    passage = report.outcome.passages[channel.id]
    assert report.outcome.oldest(channel) == pytest.approx(sum(one.oldest for one in seen) / 3, rel=0.1)
    assert passage.drained_at == pytest.approx(sum(one.drained_at for one in seen) / 3, rel=0.1)


def test_messages_that_no_poller_holds_fill_batches(tmp_path: Path) -> None:
    """Pollers hold little more than may run: what waits behind them is read in full batches, and soon."""
    part = Part("One", seconds=1, each=0, provisioned=(2, 2), partial=False, receives=5, visibility=30)
    world = World((part,), ("One",), rate=80.0, pool=16)
    report = report_of(world, tmp_path)
    (channel,) = report.model.system.channels
    assert report.holds
    assert (report.outcome.oldest(channel) < 60, seen_of(world, 7)["One"].oldest < 60) == (True, True)


def test_messages_that_failed_wait_beside_those_that_are_new(tmp_path: Path) -> None:
    """They have fewer attempts before them, so that the same work is more messages."""
    part = Part(
        "One",
        seconds=2.76,
        each=0.01,
        batch=1,
        reserved=4,
        maximum=4,
        failures=0.3,
        receives=2,
        visibility=180,
    )
    world = World((part,), ("One",), rate=0.84, peak=2.0, hours=0.15)
    report = report_of(world, tmp_path)
    (channel,) = report.model.system.channels
    seen = [seen_of(world, seed)["One"].backlog for seed in range(8)]
    assert report.outcome.passages[channel.id].backlog == pytest.approx(sum(seen) / 8, rel=0.15)

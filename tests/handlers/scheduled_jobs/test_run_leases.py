"""Runs of a job: one at a time, each once, and none that writes after another has taken over."""

import json
from typing import Any

import pytest

from tests.handlers.support import Aws, client, items
from wellmade_runtime.run_leases import Lease, LeaseLostError, Run, RunLeases, run_of


class Clock:
    now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def leases(aws: Aws, clock: Clock) -> RunLeases:
    aws.table("leases", pk="S")
    aws.table("work", pk="S")
    return RunLeases(client("dynamodb"), "leases", clock)


def at(minute: int) -> Run:
    return Run("nightly", f"2027-03-28T01:{minute:02}:00Z")


@pytest.fixture
def crashed(leases: RunLeases) -> Lease:
    """The lease of a run that never ended: the process is gone."""
    lease = leases._take(at(0), 60)
    assert lease is not None
    return lease


def metrics(captured: str) -> set[str]:
    """Return the names of the metrics in what was written."""
    lines = (json.loads(line) for line in captured.splitlines() if "_aws" in line)
    return {name for line in lines for name in line if name not in {"_aws", "job"}}


def test_reads_the_start_from_the_event() -> None:
    event = {"schedule": {"job": "nightly", "scheduled_time": "2027-03-28T01:00:00Z"}, "more": 1}
    assert run_of(event) == at(0)


def test_a_second_run_ends_at_once_and_is_counted(
    leases: RunLeases, crashed: Lease, capsys: pytest.CaptureFixture[str]
) -> None:
    with leases.hold(at(1), 60) as lease:
        assert lease is None
    assert metrics(capsys.readouterr().out) == {"SkippedRuns"}
    assert crashed.fence == 1


def test_a_lost_answer_is_no_other_run(leases: RunLeases, capsys: pytest.CaptureFixture[str]) -> None:
    calls: Any = leases.dynamodb.meta.events
    again = iter([0])
    calls.register("needs-retry.dynamodb.UpdateItem", once := lambda **_: next(again, None))
    try:
        with leases.hold(at(0), 60) as lease:
            assert lease is not None
            assert lease.fence == 1
    finally:
        calls.unregister("needs-retry.dynamodb.UpdateItem", once)
    assert metrics(capsys.readouterr().out) == set()


def test_the_lease_of_a_crashed_run_expires(leases: RunLeases, crashed: Lease, clock: Clock) -> None:
    clock.now += 60
    with leases.hold(at(1), 60) as lease:
        assert lease is not None
        assert lease.fence == crashed.fence + 1


def test_a_run_that_is_done_is_not_repeated_and_neither_is_an_older_one(
    leases: RunLeases, capsys: pytest.CaptureFixture[str]
) -> None:
    with leases.hold(at(5), 60) as lease:
        assert lease is not None
    for late in (at(5), at(4)):
        with leases.hold(late, 60) as lease:
            assert lease is None
    assert metrics(capsys.readouterr().out) == {"RepeatedRuns"}


def test_a_run_that_failed_is_tried_again(leases: RunLeases) -> None:
    with pytest.raises(OSError, match="the table is away"), leases.hold(at(0), 60):
        raise OSError("the table is away")
    with leases.hold(at(0), 60) as lease:
        assert lease is not None


def test_a_run_that_was_overtaken_writes_nothing_more(
    leases: RunLeases, crashed: Lease, clock: Clock
) -> None:
    clock.now += 61
    with leases.hold(at(1), 60):
        with pytest.raises(LeaseLostError):
            crashed.write({"Put": {"TableName": "work", "Item": {"pk": {"S": "late"}}}})
        with pytest.raises(LeaseLostError):
            crashed.end(done=True)
    assert items("work") == []


def test_a_run_that_holds_its_lease_writes(leases: RunLeases) -> None:
    with leases.hold(at(0), 60) as lease:
        assert lease is not None
        new = {"ConditionExpression": "attribute_not_exists(pk)"}
        put = {"TableName": "work", "Item": {"pk": {"S": "one"}}, **new}
        assert lease.write({"Put": put})  # type: ignore[typeddict-item] # a plain dict
        assert not lease.write({"Put": put})  # type: ignore[typeddict-item] # as above
    assert items("work") == [{"pk": {"S": "one"}}]


def test_jobs_do_not_wait_for_each_other(leases: RunLeases, crashed: Lease) -> None:
    with leases.hold(Run("hourly", at(0).scheduled_time), 60) as lease:
        assert lease is not None
    assert crashed.run.job == "nightly"

"""Accounts in two regions, of which the other one takes over: what was acknowledged, and what the page says is lost.

Both sides are in one cloud, each with a PostgreSQL: the secondary one's is a streaming copy of the other's, and
the commands of the stack's outputs promote it. That Aurora copies storage instead, between regions, and how long
a promotion takes there, only AWS shows.
"""

import itertools
import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest

from bench.cloud import ROOT
from bench.signed_requests import SignedApi
from stacks.settings import Settings
from stacks.two_regions_database import TwoRegionsDatabaseStack
from stacks.two_regions_database_secondary import TwoRegionsDatabaseSecondaryStack
from tests.aws_commands import parsed
from wellmade.local.deploy import deploy_assembly
from wellmade.local.environments import map_environments
from wellmade.local.server import LocalCloud

pytestmark = [pytest.mark.local, pytest.mark.scan]

BOOKINGS, CALLERS, MOVES_AFTER = 36, 4, 12
LATE = 7
"""Entries that are acknowledged and not carried over when a region fails."""


@dataclass
class Side:
    """One region, as callers and people on duty meet it."""

    cloud: LocalCloud
    outputs: Mapping[str, str]

    def __post_init__(self) -> None:
        self.api = SignedApi(self.cloud, self.outputs["ApiId"], "$default")

    def book(self, account: str, number: int) -> int:
        return self.api.ask("PUT", f"/accounts/{account}/entries/e-{number}", {"cents": 2**number})[0]

    def has(self, account: str) -> set[int]:
        """Return the entries that a region has: each is another power of two."""
        status, found = self.api.ask("GET", f"/accounts/{account}", None)
        assert status == 200
        return {number for number in range(39) if found["cents"] >> number & 1}

    @property
    def writes(self) -> bool:
        """Whether health checks lead callers here."""
        return self.api.ask("GET", "/health", None, signed=False)[0] == 200

    def run(self, output: str) -> None:
        """Run a command of the runbook, which is an output of the stack."""
        call = parsed(self.outputs[output])
        call.run(self.cloud.client(call.service))


@pytest.fixture(scope="module")
def sides(cloud: LocalCloud, tmp_path_factory: pytest.TempPathFactory) -> list[Side]:
    """Both stacks, the secondary one with the output of the primary one."""
    outputs: dict[str, Mapping[str, str]] = {}
    for name, stack in (("here", TwoRegionsDatabaseStack), ("there", TwoRegionsDatabaseSecondaryStack)):
        out = tmp_path_factory.mktemp("cdk.out")
        secret = outputs["here"]["ReplicaArn"] if outputs else None
        context = json.loads((ROOT / "cdk.json").read_text())["context"] | {"environment": "local"}
        app = cdk.App(
            context={**context, "replica-secret": secret}, outdir=str(out), analytics_reporting=False
        )
        stack(app, name, settings=Settings.from_context(app.node))
        app.synth()
        map_environments(out)
        outputs |= deploy_assembly(cloud, out, [name]).outputs
    return [Side(cloud, each) for each in outputs.values()]


def test_a_switchover_loses_no_acknowledged_entry(sides: list[Side], eventually: Callable[..., None]) -> None:
    here, there = sides
    assert (here.writes, there.writes) == (True, False)
    assert there.book("ada", 0) == 503  # a copy reads, and refuses to write
    acknowledged: list[tuple[int, Side]] = []
    done = itertools.count(1)

    def book(number: int) -> None:
        for side in itertools.islice(itertools.cycle(sides), 400):
            status = side.book("ada", number)
            if status == 200:
                acknowledged.append((number, side))
                break
            assert status >= 429, status
            time.sleep(0.05)
        if next(done) == MOVES_AFTER:
            there.run("Switchover")

    with ThreadPoolExecutor(CALLERS) as pool:
        list(pool.map(book, range(BOOKINGS)))
    assert len(acknowledged) == BOOKINGS
    assert {id(side) for _, side in acknowledged} == {id(here), id(there)}
    assert (here.writes, there.writes) == (False, True)
    assert there.has("ada") == set(range(BOOKINGS))
    eventually(lambda: here.has("ada") == set(range(BOOKINGS)))  # which is the copy now


def test_until_the_primary_side_writes_again_no_password_is_changed(
    cloud: LocalCloud, sides: list[Side], eventually: Callable[..., None]
) -> None:
    manager = cloud.client("secretsmanager")
    arn = sides[0].outputs["ReplicaArn"].replace("us-west-2", "us-east-1")

    def current() -> str:
        return str(manager.get_secret_value(SecretId=arn)["VersionId"])

    before = current()
    manager.rotate_secret(SecretId=arn)

    def told() -> str:
        """Return what has been logged of rotations."""
        logs = cloud.client("logs")
        groups = [each["logGroupName"] for each in logs.describe_log_groups()["logGroups"]]
        found = [logs.filter_log_events(logGroupName=each)["events"] for each in groups if "otation" in each]
        return "".join(each["message"] for events in found for each in events) or ", ".join(groups)

    eventually(lambda: "no password was changed" in told(), otherwise=told)
    assert current() == before


def test_of_a_failover_exactly_that_is_lost_which_was_not_carried_over(sides: list[Side]) -> None:
    here, there = sides
    if there.writes:
        here.run("Switchover")
    assert (here.writes, there.writes) == (True, False)
    assert [here.book("bob", number) for number in range(10)] == [200] * 10
    wait_for(lambda: there.has("bob") == set(range(10)))
    with nothing_carried():
        late = set(range(10, 10 + LATE))
        assert [here.book("bob", number) for number in late] == [200] * LATE
        assert there.has("bob") == set(range(10))
        there.run("Failover")
    assert (here.writes, there.writes) == (False, True)
    assert there.book("bob", 38) == 200
    assert there.has("bob") == {*range(10), 38}
    wait_for(lambda: here.has("bob") == {*range(10), 38})  # it is a copy, without what was lost
    assert there.has("ada") == set(range(BOOKINGS))


def wait_for(holds: Callable[[], Any]) -> None:
    deadline = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.1)


@contextmanager
def nothing_carried() -> Iterator[None]:
    """Let whatever sends to a copy rest, as a network between regions does that has failed."""
    listed = subprocess.run(("ps", "-eo", "pid,ppid,args"), capture_output=True, text=True, check=True).stdout
    rows = [line.split(None, 2) for line in listed.splitlines()[1:]]
    senders = [int(pid) for pid, _, args in rows if "walsender copies" in args]
    assert senders
    for pid in senders:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in senders:
            if Path(f"/proc/{pid}").exists():
                os.kill(pid, signal.SIGCONT)

"""A fix was tried before it is offered: with all of them nothing breaks, and none of them is nonsense."""

import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from tests.unit.capacity.test_never_holds import (
    API,
    CALLS,
    CALM,
    DEAD,
    FEW,
    LOADED,
    REDRIVE,
    REST,
    STREAM,
    judged,
    queue,
)
from tests.unit.capacity.worlds.spec import Part, World
from tests.unit.capacity.worlds.templates import report_of
from tests.unit.capacity.worlds.verdict import seen_of
from wellmade.capacity.build import build
from wellmade.capacity.report import Report, sentences
from wellmade.capacity.workload import read_workload
from wellmade.graph import load

POLICY = f"VisibilityTimeout: 60, RedrivePolicy: {REDRIVE['a mapping']}"
LOST = f", DestinationConfig: {{OnFailure: {{Destination: '{DEAD}'}}}}"
CASES = {
    "a source asks for more than there is": (queue(POLICY, FEW), LOADED, [
        "lower MaximumConcurrency of Messages (stack.yaml:10) from 1,250 to 5"]),
    "a source cannot ask for one run alone": (
        queue(POLICY, ", ReservedConcurrentExecutions: 1"),
        "arrivals: {Orders: {per_second: 0.05}}\nfunctions: {Worker: {seconds: 15}}", [
        "lower MaximumConcurrency of Messages (stack.yaml:10) from 1,250 to 2",
        "raise ReservedConcurrentExecutions of Worker (stack.yaml:9) from 1 to 2"]),
    "runs outlast timeout and visibility": (
        queue("VisibilityTimeout: 30", FEW), CALM.replace("seconds: 1}", "seconds: 45.5, seconds_per_item: 0}"), [
        "raise Timeout of Worker (stack.yaml:9) from 30 to 46",
        "raise VisibilityTimeout of Orders (stack.yaml:8) from 30 to 273",
        "raise ReservedConcurrentExecutions of Worker (stack.yaml:9) from 5 to 6"]),
    "runs outlast every timeout": (queue(FEW[2:].replace("ReservedConcurrentExecutions: 5", "VisibilityTimeout: 5400")), CALM.replace("seconds: 1}", "seconds: 1000}"), [
        "run Worker as a task, or split its work"]),
    "a caller does not wait": (API % ("AWS::ApiGateway::RestApi", "Name: api", REST % ""), CALLS % 40, [
        "answer Api within 29 s, and leave the rest to a queue"]),
    "calls that do not come evenly": (
        (API % ("AWS::ApiGateway::RestApi", "Name: api", REST % "")).replace("Timeout: 60", "Timeout: 60, ReservedConcurrentExecutions: 14"),
        "arrivals: {Api: {per_second: 10}}\nfunctions: {Worker: {seconds: 1}}", [
        "raise ReservedConcurrentExecutions of Worker (stack.yaml:10) from 14 to 21"]),
    "a source is not enabled": (queue(mapping=", Enabled: false"), CALM, [
        "set Enabled of Messages (stack.yaml:10) to true"]),
    "a load that nothing takes": (queue(), CALM.replace("per_second: 1", "per_second: 1000000000000"), [
        "no value of MaximumConcurrency of Messages (stack.yaml:10) is enough for this load",
        "let the runs of Worker be shorter, or its messages hidden for less long",
        "no value of the account's quota of concurrent executions is enough for this load"]),
    "more shards than parallelisation": (STREAM % LOST, "arrivals: {Records: {per_second: 2000}}\nfunctions: {Worker: {seconds: 0.1, seconds_per_item: 0.1}}", [
        "raise ShardCount of Records (stack.yaml:8) from 1 to 27",
        "raise ParallelizationFactor of Mapping (stack.yaml:10) from 1 to 10"]),
    "a poison record": (STREAM.replace("MaximumRetryAttempts: 4", "MaximumRetryAttempts: -1") % LOST, "arrivals: {Records: {per_second: 2}}\nfunctions: {Worker: {seconds: 0.1, poison: 0.01}}", [
        "set MaximumRetryAttempts of Mapping (stack.yaml:10) to 3",
        "set BisectBatchOnFunctionError of Mapping (stack.yaml:10) to true"]),
    "failures of whole batches": (
        queue(POLICY, FEW, ", ScalingConfig: {MaximumConcurrency: 5}"),
        "arrivals: {Orders: {per_second: 5}}\nfunctions: {Worker: {seconds: 0.75, seconds_per_item: 0.05, failures: 0.1}}", [
        "set FunctionResponseTypes of Messages (stack.yaml:10) to ReportBatchItemFailures"]),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_what_is_offered(case: str, tmp_path: Path) -> None:
    resources, workload, told = CASES[case]
    found = judged(tmp_path, resources, workload)
    assert [str(one) for one in (*found.fixes, *found.advice)] == told
    assert [count for count in Counter(fix.setting for fix in found.fixes).values() if count > 1] == []
    assert not re.search(r"e[+-]\d", "\n".join(sentences(found)))


WORLDS = {
    "a reservation that is too small for its pollers": World(
        (Part("One", seconds=10, each=0, batch=1, reserved=2, visibility=30),), ("One",), rate=0.18
    ),
    "three receives at three times the load": World(
        (Part("One", seconds=1, each=0.2, reserved=5, visibility=60),), ("One",), rate=3, peak=3, hours=1 / 6
    ),
    "a queue that is never worked off": World(
        (Part("One", seconds=1, each=0, batch=1, reserved=5, maximum=5),), ("One",), rate=8
    ),
    "a service that is too slow": World(
        (Part("One", seconds=0.5, each=0.05, reserved=8, maximum=8, call_limit=15),), ("One",), rate=20
    ),
}


@pytest.mark.parametrize("case", WORLDS)
def test_with_the_fixes_it_holds_in_the_simulation_too(case: str, tmp_path: Path) -> None:
    world = WORLDS[case]
    found = report_of(world, tmp_path)
    assert found.fixes
    (part,) = world.parts
    for fix in found.fixes:
        key = {"Maxi": "maximum", "Rese": "reserved", "limi": "call_limit"}[fix.setting[:4]]
        part = Part(**{**vars(part), key: fix.to})
    assert seen_of(world, 7)["One"].problem
    assert not seen_of(replace(world, parts=(part,)), 7)["One"].problem


def test_the_account_keeps_what_a_raised_reservation_takes(tmp_path: Path) -> None:
    """A reservation that is raised leaves less for the others: then the quota has to be raised too."""
    resources = queue(function=", ReservedConcurrentExecutions: 890", mapping=", BatchSize: 1")
    (tmp_path / "stack.yaml").write_text("Resources:" + resources)
    (tmp_path / "capacity.yaml").write_text(
        "arrivals: {Orders: {per_second: 895}}\nfunctions: {Worker: {seconds: 1}}"
    )
    model = build(load([tmp_path / "stack.yaml"]), read_workload(tmp_path / "capacity.yaml"))
    told = {fix.setting.partition(" (")[0]: fix.to for fix in Report(model, 1.0).fixes}
    assert told["ReservedConcurrentExecutions of Worker"] == 1119
    assert told["the account's quota of concurrent executions"] == 1219

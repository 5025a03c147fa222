"""States that follow from steps: forward, back, retried and ended."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import Duration

from tests.unit.workflow.sagas import call, define, definition, follow
from wellmade.testing import synthesize
from wellmade.workflow import ForEach, Invoke, Step, Wait, Workflow

Synth = Callable[[], dict[str, Any]]
FORWARD = ["Claim", "Reserve", "Reserve: done?", "Look?", "Look", "Charge", "Ship", "Completed"]


@pytest.fixture(scope="module")
def states() -> dict[str, Any]:
    found: dict[str, Any] = definition(synthesize(define))["States"]
    return found


def test_steps_follow_each_other(states: dict[str, Any]) -> None:
    assert follow(states, "Claim") == FORWARD


@pytest.mark.parametrize(
    ("failing", "compensated"),
    [
        ("Ship", ["Compensate Ship", "Compensate Charge", "Compensate Reserve"]),
        ("Charge", ["Compensate Charge", "Compensate Reserve"]),
        ("Look", ["Compensate Reserve"]),
        ("Reserve", ["Compensate Reserve"]),
    ],
)
def test_a_failed_step_and_those_before_it_are_compensated_backwards(
    states: dict[str, Any], failing: str, compensated: list[str]
) -> None:
    entered = follow(states, "Claim", failing)
    assert [name for name in entered if name.startswith("Compensate ") and name[-1] != "?"] == compensated
    assert entered[-1] == "Compensated"


def test_an_express_run_that_failed_is_seen(states: dict[str, Any]) -> None:
    looked = states["Reserve: done?"]
    assert looked["Choices"][0]["StringEquals"] == "SUCCEEDED"
    assert looked["Default"] == "Compensate Reserve"


def test_a_compensation_that_fails_for_good_fails_the_execution_where_a_redrive_continues(
    states: dict[str, Any],
) -> None:
    compensations = [state for name, state in states.items() if name.startswith("Compensate ")]
    assert compensations
    assert not any("Catch" in each for each in compensations)
    assert not [name for name, state in states.items() if state["Type"] == "Fail"]


def test_a_step_that_nothing_compensates_fails_where_a_redrive_continues(
    stack: cdk.Stack, synth: Synth
) -> None:
    """A redrive enters a Fail state again, and fails again: so no error leads to one."""
    Workflow(stack, "Line", steps=[Step("Ship", Wait(Duration.hours(1))), Step("Tell", call(stack))])
    found = definition(synth())["States"]
    assert "Catch" not in found["Tell"]
    assert set(found) == {"Ship", "Tell", "Completed"}


def test_a_step_that_is_rejected_where_nothing_is_compensated_fails(stack: cdk.Stack, synth: Synth) -> None:
    task = replace(call(stack), may_reject=True)
    Workflow(stack, "Line", steps=[Step("Rest", Wait(Duration.hours(1))), Step("Ship", task)])
    found = definition(synth())["States"]
    assert "Catch" not in found["Ship"]
    assert found[found[found["Ship"]["Next"]]["Default"]]["Type"] == "Fail"


def test_an_express_run_that_compensates_is_run_until_it_is_done(states: dict[str, Any]) -> None:
    again = states[states["Compensate Reserve: done?"]["Default"]]
    assert (again["Type"], again["Next"]) == ("Wait", "Compensate Reserve")


def test_errors_are_tried_again_with_jitter_unless_no_retry_mends_them(states: dict[str, Any]) -> None:
    final, again = states["Reserve"]["Retry"]
    assert (final["ErrorEquals"], final["MaxAttempts"]) == (["OutOfStockError"], 0)
    assert (again["ErrorEquals"], again["MaxAttempts"]) == (["States.ALL"], 5)
    assert again["JitterStrategy"] == "FULL"


def test_a_throttled_call_is_tried_for_longer_than_one_that_failed(states: dict[str, Any]) -> None:
    throttled, failed = states["Ship"]["Retry"]
    assert throttled["ErrorEquals"] == ["Lambda.TooManyRequestsException"]
    assert throttled["MaxAttempts"] > failed["MaxAttempts"]


def test_a_rejected_step_is_compensated_without_a_retry(stack: cdk.Stack, synth: Synth) -> None:
    ship = call(stack)
    ask, cancel = replace(ship, may_reject=True), Invoke(ship.function, {"action": "cancel"})
    Workflow(stack, "Saga", steps=[Step("Ship", ask, compensation=cancel)])
    found = definition(synth())["States"]
    look = found[found["Ship"]["Next"]]
    assert look["Choices"] == [
        {"Variable": "$.answer.payload.rejected", "IsPresent": False, "Next": "Completed"}
    ]
    assert look["Default"] == "Compensate Ship"


def test_an_item_that_is_rejected_fails_its_list_at_once(stack: cdk.Stack, synth: Synth) -> None:
    task = ForEach("$.lines", replace(call(stack), may_reject=True))
    Workflow(stack, "Lines", steps=[Step("Line", task)], express=True)
    line = definition(synth(), "EXPRESS")["States"]["Line"]
    inner = line["ItemProcessor"]["States"]
    rejected = inner[inner[inner["Line: item"]["Next"]]["Default"]]
    assert rejected["Type"] == "Fail"
    assert line["Retry"][0] == {"ErrorEquals": [rejected["Error"]], "MaxAttempts": 0}


def test_names_no_state_twice_however_many_lists_there_are(stack: cdk.Stack, synth: Synth) -> None:
    task = ForEach("$.lines", replace(call(stack), may_reject=True), max_concurrency=3)
    Workflow(stack, "Lines", steps=[Step(name, task) for name in ("One", "Two")], express=True)
    maps = [s for s in definition(synth(), "EXPRESS")["States"].values() if s["Type"] == "Map"]
    names = [name for each in maps for name in each["ItemProcessor"]["States"]]
    assert len(names) == len(set(names)) == 8
    assert {each["MaxConcurrency"] for each in maps} == {3}


def test_a_compensation_that_is_rejected_calls_a_person(stack: cdk.Stack, synth: Synth) -> None:
    task = call(stack)
    saga = Workflow(stack, "Saga", steps=[Step("Ship", task, compensation=replace(task, may_reject=True))])
    found = definition(synth())["States"]
    assert found[found["Compensate Ship"]["Next"]]["Default"] == "Compensation failed"
    assert saga.transitions.compensated == 4


def test_a_time_out_of_a_worker_is_tried_again_only_where_it_compensates(states: dict[str, Any]) -> None:
    errors = {
        name: [error for retry in states[name]["Retry"] for error in retry["ErrorEquals"]]
        for name in ("Charge", "Compensate Charge")
    }
    assert "States.Timeout" not in errors["Charge"]
    assert errors["Compensate Charge"][-2:] == ["States.Timeout", "States.HeartbeatTimeout"]


def test_what_no_retry_fixes_of_a_step_is_not_tried_again_of_its_compensation(states: dict[str, Any]) -> None:
    final = {"ErrorEquals": ["OutOfStockError"], "MaxAttempts": 0}
    assert [states[name]["Retry"][0] for name in ("Reserve", "Compensate Reserve")] == [final, final]


def test_a_group_is_a_hash_since_names_hold_what_groups_may_not(states: dict[str, Any]) -> None:
    sent = states["Charge"]["Parameters"]
    assert sent["MessageGroupId.$"] == "States.Hash($.customer, 'SHA-256')"


def test_each_step_ends(states: dict[str, Any]) -> None:
    assert all(state["TimeoutSeconds"] > 0 for state in states.values() if state["Type"] == "Task")


def test_the_second_execution_for_the_same_work_ends_at_once(states: dict[str, Any]) -> None:
    assert follow(states, "Claim", failing="Claim") == ["Claim", "Duplicate"]
    assert "attribute_not_exists(pk)" in states["Claim"]["Parameters"]["ConditionExpression"]


def test_transitions_are_counted(stack: cdk.Stack, states: dict[str, Any]) -> None:
    counted = define(stack).transitions
    assert counted.completed == len(follow(states, "Claim")) == len(FORWARD)
    assert counted.compensated == len(follow(states, "Claim", "Ship"))

import json
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_sqs as sqs

from wellmade.foundation import PythonFunction
from wellmade.messaging import OrderedQueueWorker
from wellmade.testing import synthesize
from wellmade.workflow import ForEach, HumanApproval, Invoke, RunExpress, SendAndWait, Step, Workflow
from wellmade.workflow.task import QUICK

Synth = Callable[[], dict[str, Any]]
LARGE = {"Variable": "$.cents", "NumericGreaterThan": 100}


def call(stack: cdk.Stack, name: str = "Do", **options: Any) -> Invoke:
    found = stack.node.try_find_child(name)
    function = found or PythonFunction(stack, name, package="parcel_shipping", **options)
    assert isinstance(function, PythonFunction)
    return Invoke(function)


def define(stack: cdk.Stack, **options: Any) -> Workflow:
    """A saga of every kind of step."""
    task = call(stack)
    each = Workflow(stack, "Lines", steps=[Step("Line", ForEach("$.lines", task))], express=True)
    queue: Any = sqs.Queue(stack, "Queue", fifo=True)
    pay = SendAndWait(queue, {"order.$": "$"}, group="$.customer")
    steps = [
        Step("Reserve", RunExpress(each), undo=RunExpress(each), final=("OutOfStockError",)),
        Step("Look", call(stack), when=LARGE),
        Step("Charge", pay, undo=pay),
        Step("Ship", call(stack), undo=call(stack)),
    ]
    return Workflow(stack, "Saga", **{"steps": steps, "once_per": "$.order_id", **options})


@pytest.fixture(scope="module")
def template() -> dict[str, Any]:
    return synthesize(define)


def machine(template: dict[str, Any], kind: str = "STANDARD") -> dict[str, Any]:
    [found] = [
        r["Properties"]
        for r in template["Resources"].values()
        if r["Type"] == "AWS::StepFunctions::StateMachine" and r["Properties"]["StateMachineType"] == kind
    ]
    properties: dict[str, Any] = found
    return properties


def definition(template: dict[str, Any], kind: str = "STANDARD") -> dict[str, Any]:
    """Return the definition with every reference written as `?`."""
    parts = machine(template, kind)["DefinitionString"]["Fn::Join"][1]
    found: dict[str, Any] = json.loads("".join(part if isinstance(part, str) else "?" for part in parts))
    return found


def follow(states: dict[str, Any], start: str, failing: str | None = None) -> list[str]:
    """Walk from a state to the end, taking every `when`, and failing at one step."""
    entered, name = [], start
    while name:
        state = states[name]
        entered.append(name)
        if name == failing:
            name = state["Catch"][-1]["Next"]
        elif state["Type"] == "Choice":
            name = state["Choices"][0]["Next"]
        else:
            name = "" if state.get("End") or state["Type"] == "Fail" else state["Next"]
    return entered


FORWARD = ["Claim", "Reserve", "Reserve: done?", "Look?", "Look", "Charge", "Ship", "Completed"]


def test_steps_follow_each_other(template: dict[str, Any]) -> None:
    found = definition(template)
    assert follow(found["States"], found["StartAt"]) == FORWARD


@pytest.mark.parametrize(
    ("failing", "undone"),
    [
        ("Ship", ["Undo Ship", "Undo Charge", "Undo Reserve"]),
        ("Charge", ["Undo Charge", "Undo Reserve"]),
        ("Look", ["Undo Reserve"]),
        ("Reserve", ["Undo Reserve"]),
    ],
)
def test_a_failed_step_and_those_before_it_are_undone_backwards(
    template: dict[str, Any], failing: str, undone: list[str]
) -> None:
    found = definition(template)
    entered = follow(found["States"], found["StartAt"], failing)
    assert [name for name in entered if name.startswith("Undo") and not name.endswith("?")] == undone
    assert entered[-1] == "Compensated"


def test_an_express_run_that_failed_is_seen(template: dict[str, Any]) -> None:
    looked = definition(template)["States"]["Reserve: done?"]
    assert looked["Choices"][0]["StringEquals"] == "SUCCEEDED"
    assert looked["Default"] == "Undo Reserve"


def test_a_compensation_that_fails_for_good_fails_the_execution(template: dict[str, Any]) -> None:
    states = definition(template)["States"]
    assert states["Undo Ship"]["Catch"][0]["Next"] == "Compensation failed"
    assert states["Compensation failed"]["Type"] == "Fail"


def test_an_express_run_that_undoes_is_run_until_it_is_done(template: dict[str, Any]) -> None:
    states = definition(template)["States"]
    again = states[states["Undo Reserve: done?"]["Default"]]
    assert (again["Type"], again["Next"]) == ("Wait", "Undo Reserve")


def test_errors_are_tried_again_with_jitter_unless_they_are_final(template: dict[str, Any]) -> None:
    final, again = definition(template)["States"]["Reserve"]["Retry"]
    assert (final["ErrorEquals"], final["MaxAttempts"]) == (["OutOfStockError"], 0)
    assert (again["ErrorEquals"], again["MaxAttempts"], again["JitterStrategy"]) == (
        ["States.ALL"],
        5,
        "FULL",
    )


def test_a_throttled_call_is_tried_for_longer_than_one_that_failed(template: dict[str, Any]) -> None:
    throttled, failed = definition(template)["States"]["Ship"]["Retry"]
    assert throttled["ErrorEquals"] == ["Lambda.TooManyRequestsException"]
    assert throttled["MaxAttempts"] > failed["MaxAttempts"]


def test_a_refused_step_is_undone_without_a_retry(stack: cdk.Stack, synth: Synth) -> None:
    ship = call(stack)
    ask, cancel = replace(ship, refuses=True), Invoke(ship.function, {"action": "cancel"})
    Workflow(stack, "Saga", steps=[Step("Ship", ask, undo=cancel)])
    states = definition(synth())["States"]
    assert states["Ship"]["Next"] == "Ship: done?"
    look = states["Ship: done?"]
    assert look["Choices"] == [
        {"Variable": "$.answer.payload.refused", "IsPresent": False, "Next": "Completed"}
    ]
    assert look["Default"] == "Undo Ship"


def test_an_item_that_is_refused_fails_its_list_at_once(stack: cdk.Stack, synth: Synth) -> None:
    task = ForEach("$.lines", replace(call(stack), refuses=True))
    Workflow(stack, "Lines", steps=[Step("Line", task)], express=True)
    line = definition(synth(), "EXPRESS")["States"]["Line"]
    states = line["ItemProcessor"]["States"]
    refused = states[states[states["Item"]["Next"]]["Default"]]
    assert refused["Type"] == "Fail"
    assert line["Retry"][0] == {"ErrorEquals": [refused["Error"]], "MaxAttempts": 0}


def test_what_undoes_and_is_refused_calls_a_person(stack: cdk.Stack, synth: Synth) -> None:
    task = call(stack)
    saga = Workflow(stack, "Saga", steps=[Step("Ship", task, undo=replace(task, refuses=True))])
    states = definition(synth())["States"]
    assert states[states["Undo Ship"]["Next"]]["Default"] == "Compensation failed"
    assert saga.transitions.compensated == 4


def test_silence_of_a_worker_is_tried_again_only_where_it_undoes(template: dict[str, Any]) -> None:
    states = definition(template)["States"]
    errors = {
        name: [error for retry in states[name]["Retry"] for error in retry["ErrorEquals"]]
        for name in ("Charge", "Undo Charge")
    }
    assert "States.Timeout" not in errors["Charge"]
    assert errors["Undo Charge"][-2:] == ["States.Timeout", "States.HeartbeatTimeout"]


def test_a_group_is_a_hash_since_names_hold_what_groups_may_not(template: dict[str, Any]) -> None:
    sent = definition(template)["States"]["Charge"]["Parameters"]
    assert sent["MessageGroupId.$"] == "States.Hash($.customer, 'SHA-256')"


def test_waits_longer_than_all_deliveries_of_a_message_may_take(stack: cdk.Stack) -> None:
    worker = OrderedQueueWorker(stack, "Ledger", package="ledger_worker", group_key="account")
    wait = SendAndWait(worker.queue, {"order.$": "$"}, group="$.account")
    assert wait.state()["TimeoutSeconds"] > 3 * 6 * 60
    refuses(
        "Test/Saga: step 'Pay' must be a wait of at least 1080 s, what all deliveries of a message may take, "
        "got 900 s; raise its timeout or leave it out: a worker that answers later is not heard",
        lambda: Workflow(stack, "Saga", steps=[Step("Pay", replace(wait, timeout=cdk.Duration.minutes(15)))]),
    )


@pytest.mark.parametrize(
    ("fifo", "group", "got"),
    [(True, None, "a FIFO queue and group=None"), (False, "$.a", "a standard queue and group='$.a'")],
)
def test_refuses_a_group_where_there_is_none(
    stack: cdk.Stack, fifo: Any, group: str | None, got: str
) -> None:
    queue: Any = sqs.Queue(stack, "Queue", fifo=fifo or None)
    refuses(
        f"Test/Saga: step 'Pay' must be a group for a FIFO queue, and for no other, got {got}; "
        "pass group='$.…', or another queue",
        lambda: Workflow(stack, "Saga", steps=[Step("Pay", SendAndWait(queue, {}, group=group))]),
    )


def test_refuses_a_heartbeat_that_is_no_shorter_than_the_timeout(stack: cdk.Stack) -> None:
    queue: Any = sqs.Queue(stack, "Queue")
    minute = cdk.Duration.minutes(1)
    refuses(
        "Test/Saga: step 'Pay' must be a heartbeat shorter than the timeout of 60 s, got 60 s; "
        "shorten it, or leave it out",
        lambda: Workflow(
            stack, "Saga", steps=[Step("Pay", SendAndWait(queue, {}, timeout=minute, heartbeat=minute))]
        ),
    )


@pytest.mark.parametrize("name", ["Claim", "Completed", "Undo Pay", "Pay?", "Pay: done"])
def test_refuses_the_names_of_the_workflows_own_states(stack: cdk.Stack, name: str) -> None:
    task = call(stack)
    refuses(
        f"Test/Saga: steps must be no name of the workflow's own states, got '{name}'; "
        "say what is done, such as 'Reserve'",
        lambda: Workflow(stack, "Saga", steps=[Step(name, task, undo=task)], once_per="$.id"),
    )


def test_refuses_a_name_that_leaves_no_room(stack: cdk.Stack) -> None:
    task = call(stack)
    refuses(
        f"Test/Saga: steps must be names of 1 to 60 characters, got '{'x' * 61}', 61 characters; shorten it",
        lambda: Workflow(stack, "Saga", steps=[Step("x" * 61, task, undo=task)]),
    )


def test_refuses_a_list_in_what_undoes_a_step_of_a_standard_workflow(stack: cdk.Stack) -> None:
    task = call(stack)
    refuses(
        "Test/Saga: step 'Do' must be no ForEach in a Standard workflow, got one; "
        "run it in an Express workflow with RunExpress: each item is paid by transition here",
        lambda: Workflow(stack, "Saga", steps=[Step("Do", task, undo=ForEach("$.lines", task))]),
    )


@pytest.mark.parametrize("kind", ["approval", "wait in a list", "express in a list"])
def test_refuses_what_waits_in_an_express_workflow(stack: cdk.Stack, kind: str) -> None:
    queue: Any = sqs.Queue(stack, "Queue")
    inner = Workflow(stack, "Inner", steps=[Step("Do", call(stack))], express=True)
    minute = cdk.Duration.minutes(1)
    task: Any = {
        "approval": HumanApproval(stack, "Approval", timeout=minute).ask("Shall it?"),
        "wait in a list": ForEach("$.lines", SendAndWait(queue, {}, timeout=minute)),
        "express in a list": ForEach("$.lines", RunExpress(inner)),
    }[kind]
    refuses(
        "Test/Saga: step 'Do' must be a plain task in an Express workflow, got more; "
        "let the Standard workflow undo and wait: nobody sees how far an Express one came",
        lambda: Workflow(stack, "Saga", steps=[Step("Do", task)], express=True),
    )


def test_a_question_is_asked_again_where_asking_failed(stack: cdk.Stack) -> None:
    answered, throttled, failed = HumanApproval(stack, "Large").ask("Shall it?").retriers((), QUICK)
    assert answered["MaxAttempts"] == 0
    assert {"RefusedByPerson", "States.Timeout", "States.HeartbeatTimeout"} <= set(answered["ErrorEquals"])
    assert (throttled["ErrorEquals"], failed["ErrorEquals"]) == (
        ["Lambda.TooManyRequestsException"],
        ["States.ALL"],
    )


def test_each_step_ends(template: dict[str, Any]) -> None:
    states = definition(template)["States"].values()
    assert all(state["TimeoutSeconds"] > 0 for state in states if state["Type"] == "Task")


def test_the_second_execution_for_the_same_work_ends_at_once(template: dict[str, Any]) -> None:
    found = definition(template)
    entered = follow(found["States"], found["StartAt"], failing="Claim")
    assert entered == ["Claim", "Duplicate"]
    assert "attribute_not_exists(pk)" in found["States"]["Claim"]["Parameters"]["ConditionExpression"]


def test_transitions_are_counted(stack: cdk.Stack) -> None:
    saga = define(stack)
    counted = saga.transitions
    found = definition(synthesize(define))["States"]
    assert counted.completed == len(follow(found, "Claim")) == len(FORWARD)
    assert counted.compensated == len(follow(found, "Claim", "Ship"))


def test_logs_states_and_no_data_and_traces(template: dict[str, Any]) -> None:
    logging = machine(template)["LoggingConfiguration"]
    assert (logging["Level"], logging["IncludeExecutionData"]) == ("ALL", False)
    assert machine(template)["TracingConfiguration"] == {"Enabled": True}


def test_alarms_on_executions(template: dict[str, Any]) -> None:
    alarms = [
        r["Properties"] for r in template["Resources"].values() if r["Type"] == "AWS::CloudWatch::Alarm"
    ]
    watched = [a["MetricName"] for a in alarms if a["Namespace"] == "AWS/States"]
    # The Express one is undone by the other when it fails, and calls nobody.
    assert sorted(watched) == sorted(["ExecutionsFailed", *["ExecutionsTimedOut", "ExecutionThrottled"] * 2])


def test_grants_what_the_steps_call_and_nothing_more(template: dict[str, Any]) -> None:
    [role] = [
        r["Properties"]
        for name, r in template["Resources"].items()
        if r["Type"] == "AWS::IAM::Role" and name.startswith("SagaRole")
    ]
    statements = role["Policies"][0]["PolicyDocument"]["Statement"]
    named = {s["Action"] for s in statements if s["Resource"] != "*"}
    assert named == {
        "dynamodb:PutItem",
        "lambda:InvokeFunction",
        "sqs:SendMessage",
        "states:StartSyncExecution",
    }


def test_grants_starting(stack: cdk.Stack, synth: Callable[[], dict[str, Any]]) -> None:
    saga = define(stack)
    saga.grant_start(PythonFunction(stack, "Starter", package="order_worker"))
    [policy] = [r["Properties"] for r in synth()["Resources"].values() if r["Type"] == "AWS::IAM::Policy"]
    assert policy["PolicyDocument"]["Statement"][0]["Action"] == "states:StartExecution"


def test_looks_like(template: dict[str, Any], snapshot: Callable[..., None]) -> None:
    snapshot(template, "workflow")


def refuses(message: str, define_it: Callable[[], object]) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        define_it()


def test_refuses_nothing_to_do(stack: cdk.Stack) -> None:
    refuses(
        "Test/Saga: steps must be at least one, got none; name what is to be done",
        lambda: Workflow(stack, "Saga", steps=[]),
    )


def test_refuses_two_steps_of_one_name(stack: cdk.Stack) -> None:
    task = call(stack)
    refuses(
        "Test/Saga: steps must be named differently, got 'Do' twice; give each its own name",
        lambda: Workflow(stack, "Saga", steps=[Step("Do", task), Step("Do", task)]),
    )


def test_refuses_a_few_calls_in_a_row(stack: cdk.Stack) -> None:
    task = call(stack)
    refuses(
        "Test/Saga: steps must be 4 calls or more, or one that waits, branches or is undone, got 3 calls in "
        "a row; use a QueueWorker between the functions, which retries too and costs a fraction",
        lambda: Workflow(stack, "Saga", steps=[Step(name, task) for name in "abc"]),
    )


def test_takes_four_calls_in_a_row(stack: cdk.Stack) -> None:
    saga = Workflow(stack, "Saga", steps=[Step(name, call(stack)) for name in "abcd"])
    assert saga.transitions.completed == 5


def test_refuses_an_express_workflow_beyond_5_minutes(stack: cdk.Stack) -> None:
    task = call(stack)
    refuses(
        "Test/Saga: timeout must be at most 300 s of an Express workflow, got 360 s; "
        "make it a Standard workflow, or split it",
        lambda: Workflow(
            stack, "Saga", steps=[Step("Do", task)], express=True, timeout=cdk.Duration.minutes(6)
        ),
    )


def test_refuses_a_step_of_an_express_workflow_beyond_5_minutes(stack: cdk.Stack) -> None:
    task = call(stack, timeout=cdk.Duration.minutes(10))
    refuses(
        "Test/Saga: step 'Do' must be within the 300 s of an Express workflow, got 600 s; "
        "move it into the Standard workflow",
        lambda: Workflow(stack, "Saga", steps=[Step("Do", task)], express=True),
    )


def test_refuses_less_time_than_the_steps_may_take(stack: cdk.Stack) -> None:
    task = call(stack, timeout=cdk.Duration.minutes(10))
    steps = [Step("Do", task, undo=task), Step("More", task)]
    refuses(
        "Test/Saga: timeout must be at least 1800 s, what the steps and what undoes them may take, got 1740 s; "
        "raise it or leave it out: an execution that runs out of time is not undone",
        lambda: Workflow(stack, "Saga", steps=steps, timeout=cdk.Duration.minutes(29)),
    )


@pytest.mark.parametrize(
    ("minutes", "names", "seconds"), [(1, "a", 120), (4, "a", 300), (1, "abcd", 3600), (15, "abcd", 7200)]
)
def test_has_twice_the_time_that_its_steps_may_take(
    stack: cdk.Stack, minutes: int, names: str, seconds: int
) -> None:
    task = call(stack, timeout=cdk.Duration.minutes(minutes))
    saga = Workflow(stack, "Saga", steps=[Step(name, task) for name in names], express=len(names) == 1)
    assert saga.timeout.to_seconds() == seconds


def test_refuses_work_that_is_no_path(stack: cdk.Stack) -> None:
    task = call(stack)
    refuses(
        "Test/Saga: once_per must be a path into the execution's data, such as '$.order_id', got 'order_id'; "
        "write '$.order_id'",
        lambda: Workflow(stack, "Saga", steps=[Step("Do", task, undo=task)], once_per="order_id"),
    )


def test_refuses_to_run_a_standard_workflow_as_an_express_one(stack: cdk.Stack) -> None:
    task = call(stack)
    inner = Workflow(stack, "Inner", steps=[Step("Do", task, undo=task)])
    refuses(
        "Test/Saga: step 'Run' must be an Express workflow, got a Standard one; "
        "define it with express=True: Step Functions runs no other while somebody waits",
        lambda: Workflow(stack, "Saga", steps=[Step("Run", RunExpress(inner))]),
    )


def test_refuses_final_errors_that_are_letters(stack: cdk.Stack) -> None:
    task: Any = call(stack)
    final: Any = "NoStock"
    refuses(
        "Test/Saga: step 'Do' must be final errors as a tuple, got 'NoStock'; write ('NoStock',)",
        lambda: Workflow(stack, "Saga", steps=[Step("Do", task, undo=task, final=final)]),
    )


def test_refuses_to_undo_in_an_express_workflow(stack: cdk.Stack) -> None:
    task = call(stack)
    refuses(
        "Test/Saga: step 'Do' must be a plain task in an Express workflow, got more; "
        "let the Standard workflow undo and wait: nobody sees how far an Express one came",
        lambda: Workflow(stack, "Saga", steps=[Step("Do", task, undo=task)], express=True),
    )


def test_refuses_a_map_in_a_standard_workflow(stack: cdk.Stack) -> None:
    task = ForEach("$.lines", call(stack))
    refuses(
        "Test/Saga: step 'Each' must be no ForEach in a Standard workflow, got one; "
        "run it in an Express workflow with RunExpress: each item is paid by transition here",
        lambda: Workflow(stack, "Saga", steps=[Step("Each", task)]),
    )


def define_approval(stack: cdk.Stack) -> HumanApproval:
    approval = HumanApproval(stack, "Large")
    Workflow(stack, "Saga", steps=[Step("Approve", approval.ask("Ship?")), Step("Ship", call(stack))])
    return approval


@pytest.fixture(scope="module")
def asked() -> dict[str, Any]:
    return synthesize(define_approval)


def test_an_approval_never_waits_for_ever(asked: dict[str, Any]) -> None:
    state = definition(asked)["States"]["Approve"]
    assert state["Resource"].endswith(":lambda:invoke.waitForTaskToken")
    assert state["TimeoutSeconds"] == 2 * 86400
    assert state["Catch"][0]["ErrorEquals"] == ["States.ALL"]


def test_a_heartbeat_is_shorter_than_the_timeout(stack: cdk.Stack) -> None:
    approval = HumanApproval(stack, "Large", heartbeat=cdk.Duration.hours(4))
    assert approval.ask("Ship?").state()["HeartbeatSeconds"] == 4 * 3600
    refuses(
        "Test/Other: heartbeat in seconds must be between 1 and 59, got 60; shorter than the timeout",
        lambda: HumanApproval(
            stack, "Other", timeout=cdk.Duration.minutes(1), heartbeat=cdk.Duration.minutes(1)
        ),
    )


def test_refuses_an_approval_without_end(stack: cdk.Stack) -> None:
    refuses(
        "Test/Large: timeout in seconds must be between 60 and 31536000, got 34560000; 2 days span a holiday",
        lambda: HumanApproval(stack, "Large", timeout=cdk.Duration.days(400)),
    )


def test_approval_looks_like(snapshot: Callable[..., None]) -> None:
    snapshot(synthesize(lambda stack: HumanApproval(stack, "Large")), "human_approval")


def test_approval_grants_asking_and_answering_apart(asked: dict[str, Any]) -> None:
    actions = {
        name: {
            action
            for s in r["Properties"]["Policies"][0]["PolicyDocument"]["Statement"]
            for action in _list(s)
        }
        for name, r in asked["Resources"].items()
        if r["Type"] == "AWS::IAM::Role" and name.startswith("Large")
    }
    [asking] = [granted for name, granted in actions.items() if "Asking" in name]
    [answering] = [granted for name, granted in actions.items() if "Answering" in name]
    assert {"dynamodb:PutItem", "sns:Publish"} <= asking
    assert not {action for action in asking if action.startswith("states:")}
    assert {"states:SendTaskSuccess", "states:SendTaskFailure", "states:SendTaskHeartbeat"} <= answering
    assert not {action for action in answering if action.startswith("sns:")}


def _list(statement: dict[str, Any]) -> list[str]:
    action = statement["Action"]
    return [action] if isinstance(action, str) else action

"""Workflows that the tests share, and how they read a definition."""

import json
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_sqs as sqs

from wellmade.foundation import PythonFunction
from wellmade.workflow import ForEach, Invoke, RunExpress, SendMessageWithTaskToken, Step, Workflow

LARGE = {"Variable": "$.cents", "NumericGreaterThan": 100}


def call(stack: cdk.Stack, name: str = "Do", **options: Any) -> Invoke:
    """Invoke a function, which is defined the first time."""
    found = stack.node.try_find_child(name)
    function = found or PythonFunction(stack, name, code="parcel_shipping", **options)
    assert isinstance(function, PythonFunction)
    return Invoke(function)


def define(stack: cdk.Stack, **options: Any) -> Workflow:
    """A saga of several kinds of steps."""
    task = call(stack)
    each = Workflow(stack, "Lines", steps=[Step("Line", ForEach("$.lines", task))], express=True)
    queue = sqs.Queue(stack, "Queue", fifo=True)
    pay = SendMessageWithTaskToken(queue, {"order.$": "$"}, message_group_id="$.customer")
    run = RunExpress(each)
    steps = [
        Step("Reserve", run, compensation=run, non_retryable_errors=("OutOfStockError",)),
        Step("Look", call(stack), when=LARGE),
        Step("Charge", pay, compensation=pay),
        Step("Ship", call(stack), compensation=call(stack)),
    ]
    return Workflow(stack, "Saga", **{"steps": steps, "idempotency_key_path": "$.order_id", **options})


def saga_of(stack: cdk.Stack, *steps: Step, **options: Any) -> Workflow:
    """A workflow of some steps and one that is compensated, so that it is no line of a few calls."""
    last = Step("Last", call(stack), compensation=call(stack))
    return Workflow(stack, "Saga", steps=[*steps, last], **options)


def machine(template: dict[str, Any], kind: str = "STANDARD") -> dict[str, Any]:
    """Return the properties of the only machine of a kind."""
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
            name = "" if state.get("End") or state["Type"] in {"Fail", "Succeed"} else state["Next"]
    return entered

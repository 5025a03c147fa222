import re
from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sns as sns

from tests.templates import actions, ids_of, lost, of_type, the
from tests.unit.workflow.sagas import call, definition
from wellmade.foundation import PythonFunction, monitor
from wellmade.testing import synthesize
from wellmade.workflow import HumanApproval, RequestApproval, Step, Workflow
from wellmade.workflow.task import FORWARD_RETRY

Synth = Callable[[], dict[str, Any]]


def define(stack: cdk.Stack) -> HumanApproval:
    approval = HumanApproval(stack, "Large")
    approve = Step("Approve", RequestApproval(approval, "Ship?"))
    Workflow(stack, "Saga", steps=[approve, Step("Ship", call(stack))])
    return approval


@pytest.fixture(scope="module")
def template() -> dict[str, Any]:
    return synthesize(define)


@pytest.fixture(scope="module")
def alone() -> dict[str, Any]:
    return synthesize(lambda stack: HumanApproval(stack, "Large"))


def node_function(stack: cdk.Stack, construct_id: str) -> lambda_.Function:
    return lambda_.Function(
        stack,
        construct_id,
        runtime=lambda_.Runtime.NODEJS_22_X,
        handler="index.handler",
        code=lambda_.Code.from_inline("exports.handler = async () => {}"),
    )


def test_never_waits_for_ever(template: dict[str, Any]) -> None:
    state = definition(template)["States"]["Approve"]
    assert state["Resource"].endswith(":lambda:invoke.waitForTaskToken")
    assert state["TimeoutSeconds"] == 2 * 86400
    # The execution fails here, so that a redrive asks again.
    assert "Catch" not in state


def test_asks_again_where_asking_failed(stack: cdk.Stack) -> None:
    request = RequestApproval(HumanApproval(stack, "Large"), "Shall it?")
    answered, throttled, failed = request.retriers((), FORWARD_RETRY)
    assert answered["MaxAttempts"] == 0
    assert {"RefusedByPerson", "States.Timeout", "States.HeartbeatTimeout"} <= set(answered["ErrorEquals"])
    assert throttled["ErrorEquals"] == ["Lambda.TooManyRequestsException"]
    assert failed["ErrorEquals"] == ["States.ALL"]


def test_looks_like(alone: dict[str, Any], snapshot: Callable[..., None]) -> None:
    snapshot(alone, "human_approval")


def test_grants_requests_and_answers_apart(alone: dict[str, Any]) -> None:
    requests, answers = actions(alone, "LargeRequest"), actions(alone, "LargeCallback")
    assert {"dynamodb:PutItem", "sns:Publish"} <= requests
    assert not {action for action in requests if action.startswith("states:")}
    assert {"states:SendTaskSuccess", "states:SendTaskFailure", "states:SendTaskHeartbeat"} <= answers
    assert not {action for action in answers if action.startswith("sns:")}


def test_takes_functions_and_a_topic_of_the_users(stack: cdk.Stack, synth: Synth) -> None:
    approval = HumanApproval(
        stack,
        "Large",
        request_function=node_function(stack, "Ask"),
        callback_function=node_function(stack, "Answer"),
        topic=sns.Topic(stack, "Mine"),
    )
    monitor(stack, approval)
    template = synth()
    assert len(ids_of(template, "AWS::Lambda::Function")) == 2
    assert actions(template, "Ask") == {"dynamodb:PutItem", "sns:Publish"}
    variables = [f["Environment"]["Variables"] for f in of_type(template, "AWS::Lambda::Function")]
    assert all("TABLE_NAME" in each for each in variables)
    assert approval.alarms.callback_errors.node.id == "Errors"


def test_is_answered_by_whoever_is_let(stack: cdk.Stack, synth: Synth) -> None:
    approval = HumanApproval(stack, "Large")
    approval.connect(PythonFunction(stack, "Tool", code="order_worker"))
    approval.grant_answer(iam.Role(stack, "Boss", assumed_by=iam.ServicePrincipal("ec2.amazonaws.com")))
    template = synth()
    assert actions(template, "Boss") == {"lambda:InvokeFunction"}
    assert "lambda:InvokeFunction" in actions(template, "Tool")
    assert "APPROVAL_FUNCTION_NAME" in str(of_type(template, "AWS::Lambda::Function"))


def test_is_encrypted_with_a_key_of_the_user(stack: cdk.Stack, synth: Synth) -> None:
    HumanApproval(stack, "Large", encryption_key=kms.Key(stack, "Key"))
    template = synth()
    assert the(template, "AWS::DynamoDB::Table")["SSESpecification"]["SSEType"] == "KMS"
    assert {"dynamodb:PutItem", "kms:Decrypt"} <= actions(template, "LargeRequest")


def test_alarms_can_be_left_out(stack: cdk.Stack, synth: Synth) -> None:
    HumanApproval(stack, "Large", alarm_thresholds={"request_throttles": None, "callback_errors": 2})
    functions = [a for a in of_type(synth(), "AWS::CloudWatch::Alarm") if a["Namespace"] == "AWS/Lambda"]
    assert sorted((a["MetricName"], a["Threshold"]) for a in functions) == [
        ("ConcurrentExecutions", 4.5),
        ("ConcurrentExecutions", 4.5),
        ("Duration", 8000),
        ("Duration", 8000),
        ("Errors", 0),
        ("Errors", 2),
        ("Throttles", 0),
    ]


@pytest.mark.parametrize(
    "options", [{"timeout": cdk.Duration.days(9)}, {"removal_policy": cdk.RemovalPolicy.DESTROY}]
)
def test_tuning_it_deletes_no_pending_approval(alone: dict[str, Any], options: dict[str, Any]) -> None:
    assert lost(alone, synthesize(lambda stack: HumanApproval(stack, "Large", **options))) == set()


def refuses(message: str, define_it: Callable[[], object]) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        define_it()


def test_a_heartbeat_is_shorter_than_the_timeout(stack: cdk.Stack) -> None:
    approval = HumanApproval(stack, "Large", heartbeat=cdk.Duration.hours(4))
    assert RequestApproval(approval, "Ship?").state("Ask")["HeartbeatSeconds"] == 4 * 3600
    minute = cdk.Duration.minutes(1)
    refuses(
        "Test/Other: heartbeat in seconds must be between 1 and 59, got 60; shorter than the timeout",
        lambda: HumanApproval(stack, "Other", timeout=minute, heartbeat=minute),
    )


def test_refuses_an_approval_without_end(stack: cdk.Stack) -> None:
    refuses(
        "Test/Large: timeout in seconds must be between 60 and 31536000, got 34560000; 2 days span a holiday",
        lambda: HumanApproval(stack, "Large", timeout=cdk.Duration.days(400)),
    )


def test_refuses_a_threshold_for_no_alarm(stack: cdk.Stack) -> None:
    wrong: Any = {"depth": 1}
    refuses(
        "Test/Large: alarm_thresholds must be for one of request_errors, request_throttles, "
        "request_duration, request_concurrency, callback_errors, callback_throttles, callback_duration, "
        "callback_concurrency, got 'depth'; give a number, or None to leave an alarm out",
        lambda: HumanApproval(stack, "Large", alarm_thresholds=wrong),
    )

"""A state with branches ends with the first of them that fails."""

import json
import time
from collections.abc import Callable
from typing import Any

import pytest

from wellmade.local.server import LocalCloud

pytestmark = pytest.mark.local

TRUST = json.dumps({"Version": "2012-10-17", "Statement": []})
FAIL = {"Type": "Fail", "Error": "Broken", "Cause": "on purpose"}
POLL = {  # which looks again and again, and never ends by itself
    "StartAt": "Look",
    "States": {
        "Look": {"Type": "Pass", "Next": "Wait"},
        "Wait": {"Type": "Wait", "Seconds": 2, "Next": "Look"},
    },
}
PARALLEL = {"Type": "Parallel", "Branches": [POLL, {"StartAt": "Bad", "States": {"Bad": FAIL}}]}
EACH = {
    "StartAt": "Which",
    "States": {
        "Which": {
            "Type": "Choice",
            "Choices": [{"Variable": "$", "NumericEquals": 1, "Next": "Bad"}],
            "Default": "Wait",
        },
        "Bad": FAIL,
        "Wait": {"Type": "Wait", "Seconds": 600, "End": True},
    },
}
MAP = {"Type": "Map", "ItemsPath": "$.items", "ItemProcessor": EACH}
NESTED = {"Type": "Parallel", "Branches": [{"StartAt": "In", "States": {"In": {**MAP, "End": True}}}, POLL]}


@pytest.mark.parametrize(("name", "state"), [("parallel", PARALLEL), ("map", MAP), ("nested", NESTED)])
def test_the_first_failure_ends_it(
    cloud: LocalCloud, eventually: Callable[..., None], name: str, state: dict[str, Any]
) -> None:
    caught = [{"ErrorEquals": ["Broken"], "ResultPath": "$.error", "Next": "Told"}]
    states = {"All": {**state, "Catch": caught, "End": True}, "Told": {"Type": "Succeed"}}
    client = cloud.client("stepfunctions")
    role = cloud.client("iam").create_role(RoleName=f"branches-{name}", AssumeRolePolicyDocument=TRUST)
    machine = client.create_state_machine(
        name=f"branches-{name}",
        definition=json.dumps({"StartAt": "All", "States": states}),
        roleArn=role["Role"]["Arn"],
    )["stateMachineArn"]
    arn = client.start_execution(stateMachineArn=machine, input='{"items": [0, 1]}')["executionArn"]

    def ended() -> dict[str, Any]:
        told: dict[str, Any] = client.describe_execution(executionArn=arn)
        return told if told["status"] != "RUNNING" else {}

    eventually(ended)
    assert ended()["status"] == "SUCCEEDED"
    assert json.loads(ended()["output"])["error"] == {"Error": "Broken", "Cause": "on purpose"}


def test_an_execution_that_a_branch_starts_outlives_it(
    cloud: LocalCloud, eventually: Callable[..., None]
) -> None:
    client, iam = cloud.client("stepfunctions"), cloud.client("iam")
    allowed = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    role = iam.create_role(RoleName="branches-child", AssumeRolePolicyDocument=TRUST)["Role"]["Arn"]
    iam.put_role_policy(RoleName="branches-child", PolicyName="all", PolicyDocument=json.dumps(allowed))
    child = {
        "StartAt": "Wait",
        "States": {
            "Wait": {"Type": "Wait", "Seconds": 2, "Next": "End"},
            "End": {"Type": "Pass", "End": True},
        },
    }
    begun = client.create_state_machine(name="branches-child", definition=json.dumps(child), roleArn=role)[
        "stateMachineArn"
    ]
    start = {
        "Type": "Task",
        "Resource": "arn:aws:states:::states:startExecution",
        "Parameters": {"StateMachineArn": begun},
        "End": True,
    }
    each = {"Type": "Map", "ItemProcessor": {"StartAt": "Start", "States": {"Start": start}}, "End": True}
    parent = client.create_state_machine(
        name="branches-parent",
        definition=json.dumps({"StartAt": "Each", "States": {"Each": each}}),
        roleArn=role,
    )["stateMachineArn"]
    client.start_execution(stateMachineArn=parent, input="[1, 2]")

    def statuses() -> list[str]:
        return [each["status"] for each in client.list_executions(stateMachineArn=begun)["executions"]]

    eventually(lambda: len(statuses()) == 2 and "RUNNING" not in statuses())
    assert statuses() == ["SUCCEEDED"] * 2


def test_a_history_ends_with_its_end(cloud: LocalCloud, eventually: Callable[..., None]) -> None:
    states = {"All": {**PARALLEL, "End": True}}
    client = cloud.client("stepfunctions")
    role = cloud.client("iam").create_role(RoleName="branches-end", AssumeRolePolicyDocument=TRUST)
    machine = client.create_state_machine(
        name="branches-end",
        definition=json.dumps({"StartAt": "All", "States": states}),
        roleArn=role["Role"]["Arn"],
    )["stateMachineArn"]
    arn = client.start_execution(stateMachineArn=machine)["executionArn"]
    eventually(lambda: client.describe_execution(executionArn=arn)["status"] == "FAILED")

    [last] = client.get_execution_history(executionArn=arn, reverseOrder=True, maxResults=1)["events"]

    assert last["type"] == "ExecutionFailed"


def test_a_branch_that_waited_for_an_execution_still_ends_with_the_others(
    cloud: LocalCloud, eventually: Callable[..., None]
) -> None:
    client, iam = cloud.client("stepfunctions"), cloud.client("iam")
    allowed = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    role = iam.create_role(RoleName="branches-waits", AssumeRolePolicyDocument=TRUST)["Role"]["Arn"]
    iam.put_role_policy(RoleName="branches-waits", PolicyName="all", PolicyDocument=json.dumps(allowed))
    child = {"StartAt": "End", "States": {"End": {"Type": "Pass", "End": True}}}
    begun = client.create_state_machine(
        name="branches-waits-child", definition=json.dumps(child), roleArn=role
    )
    start = {
        "Type": "Task",
        "Resource": "arn:aws:states:::states:startExecution.sync:2",
        "Parameters": {"StateMachineArn": begun["stateMachineArn"]},
        "ResultPath": None,
        "Next": "Wait",
    }
    wait = {"Type": "Wait", "Seconds": 3, "Next": "Late"}
    late = {
        "Type": "Task",
        "Resource": "arn:aws:states:::aws-sdk:s3:createBucket",
        "Parameters": {"Bucket": "branches-too-late"},
        "End": True,
    }
    slow = {"StartAt": "Start", "States": {"Start": start, "Wait": wait, "Late": late}}
    bad = {"StartAt": "Soon", "States": {"Soon": {"Type": "Wait", "Seconds": 2, "Next": "Bad"}, "Bad": FAIL}}
    states = {"All": {"Type": "Parallel", "Branches": [slow, bad], "End": True}}
    machine = client.create_state_machine(
        name="branches-waits", definition=json.dumps({"StartAt": "All", "States": states}), roleArn=role
    )["stateMachineArn"]
    arn = client.start_execution(stateMachineArn=machine)["executionArn"]
    eventually(lambda: client.describe_execution(executionArn=arn)["status"] == "FAILED")
    time.sleep(2)  # the other branch would have gone on meanwhile
    assert "branches-too-late" not in [each["Name"] for each in cloud.client("s3").list_buckets()["Buckets"]]

"""A state with branches ends with the first of them that fails."""

import json
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

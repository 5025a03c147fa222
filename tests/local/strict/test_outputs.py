"""What is told of an execution."""

import json
from collections.abc import Callable

import pytest

from wellmade.local.server import LocalCloud

pytestmark = pytest.mark.local

TRUST = json.dumps({"Version": "2012-10-17", "Statement": []})


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ({"Type": "Succeed"}, {"status": "SUCCEEDED", "output": '{"order": 1}'}),
        (
            {"Type": "Fail", "Error": "Broken", "Cause": "no"},
            {"status": "FAILED", "error": "Broken", "cause": "no"},
        ),
    ],
    ids=["succeeds", "fails"],
)
def test_only_an_execution_that_succeeded_has_an_output(
    cloud: LocalCloud, eventually: Callable[..., None], state: dict[str, str], expected: dict[str, str]
) -> None:
    name, client = f"outputs-{state['Type']}", cloud.client("stepfunctions")
    role = cloud.client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=TRUST)["Role"]["Arn"]
    definition = json.dumps({"StartAt": "Only", "States": {"Only": state}})
    machine = client.create_state_machine(name=name, definition=definition, roleArn=role)["stateMachineArn"]
    arn = client.start_execution(stateMachineArn=machine, input='{"order": 1}')["executionArn"]

    eventually(lambda: client.describe_execution(executionArn=arn)["status"] != "RUNNING")

    told = client.describe_execution(executionArn=arn)
    assert {key: told[key] for key in ("status", "output", "error", "cause") if key in told} == expected

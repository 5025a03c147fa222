"""How workflows fail: with the error's own name, in time, without heartbeats, and at the pace of their retries."""

import json
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from wellmade.local.deploy import Deployment
from wellmade.local.server import LocalCloud

pytestmark = pytest.mark.local

Run = Callable[[str], Sequence[dict[str, Any]]]


@pytest.fixture
def run(cloud: LocalCloud, deployment: Deployment, eventually: Callable[..., None]) -> Run:
    """Run a workflow of the deployed app to its end and return its history, the latest event first."""
    sfn = cloud.client("stepfunctions")

    def to_its_end(name: str) -> Sequence[dict[str, Any]]:
        begun = sfn.start_execution(stateMachineArn=deployment.outputs["workflows"][name])
        execution = begun["executionArn"]
        eventually(lambda: sfn.describe_execution(executionArn=execution)["status"] != "RUNNING")
        history: Sequence[dict[str, Any]] = sfn.get_execution_history(
            executionArn=execution, reverseOrder=True
        )["events"]
        return history

    return to_its_end


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("Failing", "ValueError"),
        ("Throttled", "Lambda.TooManyRequestsException"),
        ("Silent", "States.HeartbeatTimeout"),
    ],
)
def test_an_error_has_its_name(run: Run, name: str, error: str) -> None:
    assert run(name)[0]["executionFailedEventDetails"]["error"] == error


@pytest.mark.parametrize("name", ["Slow", "Endless"])
def test_a_workflow_runs_out_of_time(run: Run, name: str) -> None:
    assert run(name)[0]["type"] == "ExecutionTimedOut"


def test_a_retry_waits_no_longer_than_it_may(run: Run) -> None:
    failed = [event for event in run("Paced") if event["type"] == "TaskFailed"]
    assert len(failed) == 4


def test_a_path_that_the_input_does_not_have_fails_the_execution(
    cloud: LocalCloud, eventually: Callable[..., None]
) -> None:
    machine = {
        "StartAt": "Shape",
        "States": {
            "Shape": {
                "Type": "Pass",
                "Parameters": {"id.$": "$.order.id", "first.$": "$.lines[0]"},
                "End": True,
            }
        },
    }
    trust = json.dumps({"Version": "2012-10-17", "Statement": []})
    role = cloud.client("iam").create_role(RoleName="shaper", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    states = cloud.client("stepfunctions")
    arn = states.create_state_machine(name="shaper", definition=json.dumps(machine), roleArn=role)[
        "stateMachineArn"
    ]

    def end_of(document: object) -> tuple[str, str]:
        execution = states.start_execution(stateMachineArn=arn, input=json.dumps(document))["executionArn"]
        eventually(lambda: states.describe_execution(executionArn=execution)["status"] != "RUNNING")
        described = states.describe_execution(executionArn=execution)
        return described["status"], described.get("error", "")

    assert end_of({"order": {"id": None}, "lines": ["a"]}) == ("SUCCEEDED", "")
    assert end_of({"order": {}, "lines": ["a"]}) == ("FAILED", "States.ParameterPathFailure")
    assert end_of({"order": {"id": 1}, "lines": []}) == ("FAILED", "States.ParameterPathFailure")


def test_a_synchronous_execution_that_fails_has_no_output(cloud: LocalCloud) -> None:
    machine = {"StartAt": "No", "States": {"No": {"Type": "Fail", "Error": "Bad", "Cause": "meant"}}}
    trust = json.dumps({"Version": "2012-10-17", "Statement": []})
    role = cloud.client("iam").create_role(RoleName="failing", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    states = cloud.client("stepfunctions")
    arn = states.create_state_machine(
        name="failing", definition=json.dumps(machine), roleArn=role, type="EXPRESS"
    )["stateMachineArn"]

    ended = states.start_sync_execution(stateMachineArn=arn)

    assert (ended["status"], ended["error"], ended["cause"]) == ("FAILED", "Bad", "meant")
    assert "output" not in ended


@pytest.mark.parametrize("language", ["Python", "Node"])
def test_a_function_waits_for_a_workflow(cloud: LocalCloud, deployment: Deployment, language: str) -> None:
    name = deployment.outputs["workflows"][f"Waiting{language}Name"]
    answer = cloud.client("lambda").invoke(FunctionName=name)
    assert json.loads(json.load(answer["Payload"])) == "made"

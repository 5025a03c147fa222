"""What the role of a state machine does not allow is not done."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from wellmade.local.server import LocalCloud

pytestmark = pytest.mark.local

TRUST = json.dumps({"Version": "2012-10-17", "Statement": []})


@pytest.fixture
def run(cloud: LocalCloud, eventually: Callable[..., None]) -> Callable[..., Mapping[str, Any]]:
    """Run one task with a role that allows the given statements, and return how it ended."""

    def end_of(name: str, state: Mapping[str, Any], *statements: Mapping[str, Any]) -> Mapping[str, Any]:
        iam, states = cloud.client("iam"), cloud.client("stepfunctions")
        role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=TRUST)["Role"]["Arn"]
        if statements:
            document = json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
            iam.put_role_policy(RoleName=name, PolicyName="own", PolicyDocument=document)
        task = {"Type": "Task", "End": True, **state}
        machine = states.create_state_machine(
            name=name, roleArn=role, definition=json.dumps({"StartAt": "Do", "States": {"Do": task}})
        )["stateMachineArn"]
        execution = states.start_execution(stateMachineArn=machine, input="{}")["executionArn"]
        eventually(lambda: states.describe_execution(executionArn=execution)["status"] != "RUNNING")
        described: Mapping[str, Any] = states.describe_execution(executionArn=execution)
        return described

    return end_of


def allow(action: str, arn: str, effect: str = "Allow") -> Mapping[str, str]:
    return {"Effect": effect, "Action": action, "Resource": arn}


@pytest.mark.parametrize("integration", ["sqs:sendMessage", "aws-sdk:sqs:sendMessage"])
def test_a_queue(cloud: LocalCloud, run: Callable[..., Mapping[str, Any]], integration: str) -> None:
    name = f"roles-{integration.replace(':', '-')}"
    url = cloud.client("sqs").create_queue(QueueName=name)["QueueUrl"]
    arn = f"arn:aws:sqs:us-east-1:000000000000:{name}"
    state = {
        "Resource": f"arn:aws:states:::{integration}",
        "Parameters": {"QueueUrl": url, "MessageBody": "hello"},
    }

    refused = run(f"{name}-0", state)
    elsewhere = run(f"{name}-1", state, allow("sqs:SendMessage", f"{arn}-other"))
    denied = run(f"{name}-2", state, allow("sqs:*", "*"), allow("sqs:SendMessage", arn, "Deny"))
    granted = run(f"{name}-3", state, allow("sqs:SendMessage", arn))

    assert {each["status"] for each in (refused, elsewhere, denied)} == {"FAILED"}
    assert refused["error"] == "SQS.AccessDeniedException"
    assert f"is not authorized to perform: sqs:SendMessage on resource: {arn}" in refused["cause"]
    assert granted["status"] == "SUCCEEDED"
    assert len(cloud.client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]) == 1


def test_a_refusal_has_the_name_of_its_service(run: Callable[..., Mapping[str, Any]]) -> None:
    state = {
        "Resource": "arn:aws:states:::dynamodb:getItem",
        "Parameters": {"TableName": "gone", "Key": {"pk": {"S": "a"}}},
        "Retry": [{"ErrorEquals": ["States.TaskFailed"], "MaxAttempts": 1, "IntervalSeconds": 1}],
    }

    assert run("roles-table-0", state)["error"] == "DynamoDB.AccessDeniedException"
    granted = run("roles-table-1", state, allow("dynamodb:GetItem", "*"))
    assert granted["error"] == "DynamoDB.ResourceNotFoundException"


def test_a_task_in_the_cluster_that_the_role_names(
    cloud: LocalCloud, run: Callable[..., Mapping[str, Any]]
) -> None:
    ecs = cloud.client("ecs")
    for cluster in ("roles-mine", "roles-other"):
        ecs.create_cluster(clusterName=cluster)
    container = {"name": "main", "image": "nobody-has-built-this", "memory": 128}
    definition = ecs.register_task_definition(family="roles-task", containerDefinitions=[container])[
        "taskDefinition"
    ]["taskDefinitionArn"]
    mine = "arn:aws:ecs:us-east-1:000000000000:cluster/roles-mine"
    allowed = {**allow("ecs:RunTask", definition), "Condition": {"ArnEquals": {"ecs:cluster": mine}}}

    def ended(name: str, cluster: str) -> Mapping[str, Any]:
        parameters = {"Cluster": cluster, "TaskDefinition": definition}
        return run(name, {"Resource": "arn:aws:states:::ecs:runTask", "Parameters": parameters}, allowed)

    assert ended("roles-task-0", "roles-other")["error"] == "ECS.AccessDeniedException"
    found = [ended(f"roles-task-{number}", cluster) for number, cluster in ((1, "roles-mine"), (2, mine))]
    assert [each["status"] for each in found] == ["SUCCEEDED", "SUCCEEDED"]


SDK_CALLS: Mapping[str, tuple[Mapping[str, Any], Mapping[str, Any]]] = {
    "s3:listBuckets": ({}, allow("s3:ListAllMyBuckets", "*")),
    "dynamodb:executeStatement": (
        {"Statement": 'SELECT * FROM "roles-sdk"'},
        allow("dynamodb:PartiQLSelect", "*"),
    ),
    "secretsmanager:getSecretValue": (
        {"SecretId": "roles-sdk"},
        allow("secretsmanager:Get*", "arn:aws:secretsmanager:*:secret:roles-sdk-*"),
    ),
    "secretsmanager:listSecrets": ({}, allow("secretsmanager:ListSecrets", "*")),
    "sts:assumeRole": (
        {"RoleArn": "arn:aws:iam::000000000000:role/roles-sdk", "RoleSessionName": "thief"},
        allow("sts:AssumeRole", "*"),
    ),
}


@pytest.mark.parametrize(
    "statements",
    [
        [allow("secretsmanager:ListSecretsOfOthers", "*")],
        [allow("*", "*"), allow("secretsmanager:List*", "*", "Deny")],
        [{"Effect": "Allow", "NotAction": "secretsmanager:*", "Resource": "*"}],
    ],
    ids=["longer", "denied", "left-out"],
)
def test_a_call_on_anything_takes_its_own_right(
    run: Callable[..., Mapping[str, Any]],
    statements: list[Mapping[str, Any]],
    request: pytest.FixtureRequest,
) -> None:
    state = {"Resource": "arn:aws:states:::aws-sdk:secretsmanager:listSecrets", "Parameters": {}}

    ended = run(f"sdk-any-{request.node.callspec.id}", state, *statements)

    assert "is not authorized to perform: secretsmanager:ListSecrets" in ended.get("cause", "")


def test_a_role_is_passed_on_by_who_may(run: Callable[..., Mapping[str, Any]]) -> None:
    role = "arn:aws:iam::000000000000:role/sdk-passes"
    definition = json.dumps({"StartAt": "End", "States": {"End": {"Type": "Succeed"}}})
    state = {
        "Resource": "arn:aws:states:::aws-sdk:sfn:createStateMachine",
        "Parameters": {"Name": "made-by-a-machine", "RoleArn": role, "Definition": definition},
    }

    refused = run("sdk-passes", state, allow("states:*", "*"))
    granted = run("sdk-passes-on", state, allow("states:*", "*"), allow("iam:PassRole", role))

    assert f"is not authorized to perform: iam:PassRole on resource: {role}" in refused.get("cause", "")
    assert granted["status"] == "SUCCEEDED"


def test_a_role_that_is_only_said_is_not_passed(run: Callable[..., Mapping[str, Any]]) -> None:
    entry = {
        "Source": "shop",
        "DetailType": "made",
        "Detail": {"roleArn": "arn:aws:iam::000000000000:role/x"},
    }
    state = {"Resource": "arn:aws:states:::events:putEvents", "Parameters": {"Entries": [entry]}}

    assert run("sdk-says", state, allow("events:PutEvents", "*"))["status"] == "SUCCEEDED"


def test_a_role_is_taken_by_the_arn_that_it_has(run: Callable[..., Mapping[str, Any]]) -> None:
    spelled = "arn:aws:iam::000000000000:role/team/sdk-takes"
    state = {
        "Resource": "arn:aws:states:::aws-sdk:sts:assumeRole",
        "Parameters": {"RoleArn": spelled, "RoleSessionName": "thief"},
    }

    ended = run("sdk-takes", state, allow("sts:AssumeRole", spelled))

    assert f"sts:AssumeRole on resource: {spelled.replace('team/', '')}" in ended.get("cause", "")


@pytest.mark.parametrize("call", SDK_CALLS)
def test_what_the_sdk_calls(cloud: LocalCloud, run: Callable[..., Mapping[str, Any]], call: str) -> None:
    """The account's user, who may do everything, is not who asks."""
    if call == "secretsmanager:getSecretValue":
        cloud.client("secretsmanager").create_secret(Name="roles-sdk", SecretString="a secret")
    if call == "sts:assumeRole":
        anybody = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}
        document = json.dumps({"Version": "2012-10-17", "Statement": [anybody]})
        cloud.client("iam").create_role(RoleName="roles-sdk", AssumeRolePolicyDocument=document)
    parameters, statement = SDK_CALLS[call]
    state = {"Resource": f"arn:aws:states:::aws-sdk:{call}", "Parameters": parameters}
    name = f"sdk-{call.replace(':', '-')}"

    refused, granted = run(f"{name}-0", state), run(f"{name}-1", state, statement)

    assert "is not authorized to perform" in refused.get("cause", "")
    assert "is not authorized to perform" not in granted.get("cause", "")

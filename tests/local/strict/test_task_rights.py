"""Who may answer a task that waits with a token."""

import json
from collections.abc import Callable

import pytest
from botocore.exceptions import ClientError

from tests.local.assumed import client_as
from wellmade.local.server import LocalCloud

pytestmark = pytest.mark.local

ACCOUNT = {"Effect": "Allow", "Principal": {"AWS": "000000000000"}, "Action": "sts:AssumeRole"}


def role_with(cloud: LocalCloud, name: str, action: str, resource: str) -> str:
    """A role that this account may assume."""
    iam = cloud.client("iam")
    trust = json.dumps({"Version": "2012-10-17", "Statement": [ACCOUNT]})
    allowed = {"Effect": "Allow", "Action": action, "Resource": resource}
    document = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
    arn = str(iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust)["Role"]["Arn"])
    iam.put_role_policy(RoleName=name, PolicyName="own", PolicyDocument=document)
    return arn


def test_a_role_answers_tasks_of_the_machine_that_it_names(
    cloud: LocalCloud, eventually: Callable[..., None]
) -> None:
    queue = cloud.client("sqs").create_queue(QueueName="asked")["QueueUrl"]
    states = cloud.client("stepfunctions")
    ask = {
        "Type": "Task",
        "End": True,
        "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
        "Parameters": {"QueueUrl": queue, "MessageBody.$": "$$.Task.Token"},
    }
    machine = states.create_state_machine(
        name="asking",
        roleArn=role_with(cloud, "asking", "sqs:SendMessage", "*"),
        definition=json.dumps({"StartAt": "Ask", "States": {"Ask": ask}}),
    )["stateMachineArn"]
    execution = states.start_execution(stateMachineArn=machine)["executionArn"]
    found: list[str] = []

    def asked() -> bool:
        answer = cloud.client("sqs").receive_message(QueueUrl=queue)
        found.extend(message["Body"] for message in answer.get("Messages", []))
        return bool(found)

    eventually(asked)
    stranger = role_with(cloud, "stranger", "states:SendTaskSuccess", f"{machine}-other")
    with pytest.raises(ClientError, match="AccessDenied"):
        client_as(cloud, "stepfunctions", stranger).send_task_success(taskToken=found[0], output="{}")
    worker = role_with(cloud, "answering", "states:SendTaskSuccess", machine)
    client_as(cloud, "stepfunctions", worker).send_task_success(taskToken=found[0], output='{"done": true}')

    eventually(lambda: states.describe_execution(executionArn=execution)["status"] == "SUCCEEDED")


def test_a_worker_answers_for_the_activity_that_it_names(
    cloud: LocalCloud, eventually: Callable[..., None]
) -> None:
    states = cloud.client("stepfunctions")
    activity = states.create_activity(name="by-hand")["activityArn"]
    machine = states.create_state_machine(
        name="handing-out",
        roleArn=role_with(cloud, "handing-out", "sqs:SendMessage", "*"),
        definition=json.dumps(
            {"StartAt": "Do", "States": {"Do": {"Type": "Task", "Resource": activity, "End": True}}}
        ),
    )["stateMachineArn"]
    execution = states.start_execution(stateMachineArn=machine)["executionArn"]
    token = states.get_activity_task(activityArn=activity)["taskToken"]

    stranger = role_with(cloud, "idle", "states:SendTask*", f"{activity}-other")
    with pytest.raises(ClientError, match="AccessDenied"):
        client_as(cloud, "stepfunctions", stranger).send_task_success(taskToken=token, output="{}")
    worker = role_with(cloud, "at-work", "states:SendTask*", activity)
    client_as(cloud, "stepfunctions", worker).send_task_heartbeat(taskToken=token)
    client_as(cloud, "stepfunctions", worker).send_task_success(taskToken=token, output="{}")

    eventually(lambda: states.describe_execution(executionArn=execution)["status"] == "SUCCEEDED")

"""What is too large is refused, as AWS does."""

import json
from collections.abc import Callable
from pathlib import Path

import aws_cdk as cdk
import pytest
from aws_cdk import aws_lambda as lambda_
from botocore.exceptions import ClientError

from tests.local.functions import TRUST, make_function
from wellmade.errors import WellmadeError
from wellmade.local.deploy import deploy_assembly
from wellmade.local.server import LocalCloud

pytestmark = pytest.mark.local

MEGABYTE = 1024 * 1024


@pytest.fixture(scope="module")
def echo(cloud: LocalCloud) -> str:
    """A function that answers with as many characters as it is asked for."""
    make_function(cloud, "echo", "def handler(event, context):\n    return 'x' * event.get('size', 0)\n")
    return "echo"


@pytest.mark.parametrize(("kind", "most"), [("RequestResponse", 6), ("Event", 1)])
def test_an_event(cloud: LocalCloud, echo: str, kind: str, most: int) -> None:
    def invoke(size: int) -> object:
        event = json.dumps({"padding": "x" * size})
        return cloud.client("lambda").invoke(FunctionName=echo, InvocationType=kind, Payload=event)

    assert invoke(most * MEGABYTE - 100)
    with pytest.raises(ClientError, match="RequestTooLargeException"):
        invoke(most * MEGABYTE)


def test_an_answer(cloud: LocalCloud, echo: str) -> None:
    def answer(size: int) -> object:
        event = json.dumps({"size": size})
        return json.load(cloud.client("lambda").invoke(FunctionName=echo, Payload=event)["Payload"])

    assert answer(10) == "x" * 10
    assert answer(7 * MEGABYTE) == {
        "errorType": "Function.ResponseSizeTooLarge",
        "errorMessage": "Response payload size exceeded maximum allowed payload size (6291556 bytes).",
    }


def test_the_data_of_a_state(cloud: LocalCloud, echo: str, eventually: Callable[..., None]) -> None:
    states, iam = cloud.client("stepfunctions"), cloud.client("iam")
    arn = cloud.client("lambda").get_function(FunctionName=echo)["Configuration"]["FunctionArn"]
    role = iam.create_role(RoleName="calls-echo", AssumeRolePolicyDocument=TRUST)["Role"]["Arn"]
    grant = {"Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": arn}
    document = json.dumps({"Version": "2012-10-17", "Statement": [grant]})
    iam.put_role_policy(RoleName="calls-echo", PolicyName="own", PolicyDocument=document)
    task = {"Type": "Task", "Resource": arn, "End": True}
    definition = json.dumps({"StartAt": "Call", "States": {"Call": task}})
    machine = states.create_state_machine(name="calls-echo", roleArn=role, definition=definition)

    def end_of(size: int) -> str:
        execution = states.start_execution(
            stateMachineArn=machine["stateMachineArn"], input=json.dumps({"size": size})
        )["executionArn"]
        eventually(lambda: states.describe_execution(executionArn=execution)["status"] != "RUNNING")
        described = states.describe_execution(executionArn=execution)
        return str(described.get("error", described["status"]))

    assert end_of(1000) == "SUCCEEDED"
    assert end_of(300_000) == "States.DataLimitExceeded"


def test_the_environment_of_a_function(cloud: LocalCloud, tmp_path: Path) -> None:
    app = cdk.App(outdir=str(tmp_path), builtin_cloud_formation_validation=False, analytics_reporting=False)
    stack = cdk.Stack(app, "crowded")
    lambda_.Function(
        stack,
        "Handler",
        runtime=lambda_.Runtime.PYTHON_3_13,
        handler="index.handler",
        code=lambda_.Code.from_inline("def handler(event, context): ...\n"),
        environment={f"NAME{number}": "x" * 100 for number in range(50)},
    )
    app.synth()

    with pytest.raises(WellmadeError, match=r"exceeded the 4KB limit. String measured: 5290 bytes"):
        deploy_assembly(cloud, tmp_path)


def test_the_entries_of_one_call_to_a_bus(cloud: LocalCloud) -> None:
    def put(size: int) -> object:
        entry = {"Source": "shop", "DetailType": "Order", "Detail": json.dumps({"a": "x" * (size - 24)})}
        return cloud.client("events").put_events(Entries=[entry, entry])["FailedEntryCount"]

    assert put(MEGABYTE // 2) == 0
    with pytest.raises(ClientError, match="Total size of the entries in the request is over the limit"):
        put(MEGABYTE // 2 + 10)


def test_messages_and_items_are_limited_by_the_emulator_itself(cloud: LocalCloud) -> None:
    queue = cloud.client("sqs").create_queue(QueueName="narrow")["QueueUrl"]
    dynamodb = cloud.client("dynamodb")
    dynamodb.create_table(
        TableName="narrow",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )

    with pytest.raises(ClientError, match="must be shorter than 1048576 bytes"):
        cloud.client("sqs").send_message(QueueUrl=queue, MessageBody="x" * (MEGABYTE + 1))
    with pytest.raises(ClientError, match="Item size has exceeded the maximum allowed size"):
        dynamodb.put_item(TableName="narrow", Item={"pk": {"S": "a"}, "text": {"S": "x" * 410_000}})

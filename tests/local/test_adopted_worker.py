"""A worker of plain CDK with added permissions and alarms: it works, stays within its boundary, and is heard of."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import aws_cdk as cdk
import pytest

from bench.cloud import deploy_reference
from stacks.adopted_worker import AdoptedWorkerStack
from tests.local.assumed import dynamodb_as
from wellmade.local.server import LocalCloud

pytestmark = pytest.mark.local


@pytest.fixture(scope="module")
def worker(cloud: LocalCloud, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    out = tmp_path_factory.mktemp("cdk.out")
    return deploy_reference(cloud, out, AdoptedWorkerStack, "adopted", timeout=cdk.Duration.seconds(5))


def send(cloud: LocalCloud, worker: Mapping[str, str], body: str) -> None:
    cloud.client("sqs").send_message(QueueUrl=worker["OrdersQueueUrl"], MessageBody=body)


def order(number: int) -> str:
    return json.dumps({"order_id": f"order-{number:05}", "customer": "ada", "amount_cents": 100})


def total(cloud: LocalCloud, worker: Mapping[str, str]) -> int:
    key = {"pk": {"S": "customer#ada"}}
    found = cloud.client("dynamodb").get_item(TableName=worker["InvoicesTableName"], Key=key)
    return int(found["Item"]["total_cents"]["N"]) if "Item" in found else 0


def test_orders_are_invoiced_within_the_boundary(
    cloud: LocalCloud, worker: Mapping[str, str], eventually: Callable[..., None]
) -> None:
    for number in range(5):
        send(cloud, worker, order(number))
    eventually(lambda: total(cloud, worker) == 500)


def test_what_the_role_is_granted_later_does_not_leave_the_boundary(
    cloud: LocalCloud, worker: Mapping[str, str]
) -> None:
    """Somebody attaches everything to the role; the boundary lets through what it lists."""
    table = worker["InvoicesTableName"]
    dynamodb = dynamodb_as(cloud, role_of(cloud, worker["InvoicesFunctionName"]))

    dynamodb.put_item(TableName=table, Item={"pk": {"S": "customer#bob"}})
    with pytest.raises(dynamodb.exceptions.ClientError, match="AccessDenied"):
        dynamodb.delete_item(TableName=table, Key={"pk": {"S": "customer#bob"}})


def role_of(cloud: LocalCloud, function: str) -> str:
    """Return the function's role after it was granted everything, and this account may assume it."""
    configuration = cloud.client("lambda").get_function_configuration(FunctionName=function)
    role, iam = configuration["Role"], cloud.client("iam")
    name = role.rpartition("/")[2]
    everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    anybody = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": "*"}}
    iam.put_role_policy(RoleName=name, PolicyName="All", PolicyDocument=document(everything))
    iam.update_assume_role_policy(RoleName=name, PolicyDocument=document(anybody))
    return str(role)


def document(statement: Mapping[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


@pytest.mark.scan  # three receives take a minute and a half
def test_a_message_that_fails_for_ever_is_heard_of(
    cloud: LocalCloud, worker: Mapping[str, str], eventually: Callable[..., None]
) -> None:
    send(cloud, worker, "no order")

    def alarms() -> set[str]:
        found = cloud.client("cloudwatch").describe_alarms(StateValue="ALARM")["MetricAlarms"]
        return {each["AlarmName"] for each in found}

    eventually(lambda: any("DeadLetters" in name for name in alarms()), seconds=150)

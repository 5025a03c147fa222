"""The stack of three kinds of workers, deployed: the same orders, invoiced by a function and by a task."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import aws_cdk as cdk
import pytest

from bench.cloud import deploy_reference
from stacks.queue_workers import QueueWorkersStack
from wellmade.local.deploy import describe
from wellmade.local.server import LocalCloud

pytestmark = pytest.mark.local

ORDERS = 20


@pytest.fixture(scope="module")
def workers(cloud: LocalCloud, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    out = tmp_path_factory.mktemp("cdk.out")
    return deploy_reference(cloud, out, QueueWorkersStack, "workers", timeout=cdk.Duration.seconds(20))


def items_of(cloud: LocalCloud, table: str) -> dict[str, Any]:
    found = cloud.client("dynamodb").scan(TableName=table)["Items"]
    return {item["pk"]["S"]: item for item in found}


@pytest.mark.parametrize("way", ["Function", "Tasks"])
def test_the_same_orders_are_invoiced_once_each(
    cloud: LocalCloud, workers: Mapping[str, str], eventually: Callable[..., None], way: str
) -> None:
    for number in [*range(ORDERS), *range(5)]:  # five come twice
        body = {"order_id": f"order-{number:05}", "customer": "ada", "amount_cents": 100}
        cloud.client("sqs").send_message(QueueUrl=workers[f"{way}QueueUrl"], MessageBody=json.dumps(body))

    def invoiced() -> bool:
        found = items_of(cloud, workers[f"{way}TableName"])
        return len(found) == ORDERS + 1 and found["customer#ada"]["total_cents"]["N"] == str(100 * ORDERS)

    eventually(invoiced)


def test_what_the_instances_are_is_recorded_and_said(cloud: LocalCloud, workers: Mapping[str, str]) -> None:
    assert workers["InstanceGroupName"]
    said = "\n".join(describe(cloud, ["workers"]).not_simulated)
    assert "AWS::AutoScaling::AutoScalingGroup: no instance of it runs" in said

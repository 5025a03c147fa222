"""The stack of containers on instances, deployed: a task of either group works off its queue once."""

import json
from collections.abc import Callable, Mapping

import pytest

from bench.chaos import items
from bench.cloud import deploy_reference
from stacks.container_platform import ContainerPlatformStack
from wellmade.local.server import LocalCloud

pytestmark = pytest.mark.local

ORDERS = 10


@pytest.fixture(scope="module")
def platform(cloud: LocalCloud, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    out = tmp_path_factory.mktemp("cdk.out")
    return deploy_reference(cloud, out, ContainerPlatformStack, "containers")


@pytest.mark.parametrize("kind", ["Invoices", "LargeInvoices"])
def test_each_order_is_invoiced_once(
    cloud: LocalCloud, platform: Mapping[str, str], eventually: Callable[..., None], kind: str
) -> None:
    for number in [*range(ORDERS), *range(5)]:  # five come twice
        body = {"order_id": f"order-{number:05}", "customer": "ada", "amount_cents": 100}
        cloud.client("sqs").send_message(QueueUrl=platform[f"{kind}QueueUrl"], MessageBody=json.dumps(body))

    def invoiced() -> bool:
        found = items(cloud, platform[f"{kind}TableName"])
        return len(found) == ORDERS + 1 and found["customer#ada"]["total_cents"]["N"] == str(100 * ORDERS)

    eventually(invoiced)

"""Who deletes a queue or a table beside its stack is told so, and sees everything else as before."""

from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_sqs as sqs

from tests.local.console.conftest import Console
from wellmade.local.activity import Watch
from wellmade.local.deploy import deploy_assembly
from wellmade.local.deployed import deployed
from wellmade.local.server import LocalCloud

pytestmark = pytest.mark.local


@pytest.fixture(scope="module")
def _deleted(cloud: LocalCloud, tmp_path_factory: pytest.TempPathFactory) -> None:
    out: Path = tmp_path_factory.mktemp("cdk.out")
    app = cdk.App(outdir=str(out), builtin_cloud_formation_validation=False, analytics_reporting=False)
    stack = cdk.Stack(app, "deleted")
    queue = sqs.Queue(stack, "Inbox")
    key = dynamodb.Attribute(name="pk", type=dynamodb.AttributeType.STRING)
    table = dynamodb.Table(stack, "Orders", partition_key=key)
    cdk.CfnOutput(stack, "QueueUrl", value=queue.queue_url)
    cdk.CfnOutput(stack, "TableName", value=table.table_name)
    app.synth()
    outputs = deploy_assembly(cloud, out).outputs["deleted"]
    cloud.client("sqs").delete_queue(QueueUrl=outputs["QueueUrl"])
    cloud.client("dynamodb").delete_table(TableName=outputs["TableName"])


def row_of(listed: list[dict[str, Any]]) -> dict[str, Any]:
    """The one of our stack."""
    [row] = [each for each in listed if each["stack"] == "deleted"]
    return row


@pytest.mark.usefixtures("_deleted")
def test_the_console_says_what_is_deleted(console: Console) -> None:
    assert row_of(console.ask("queues")["queues"])["waiting"] == "deleted"
    assert row_of(console.ask("tables")["tables"])["items"] == "deleted"


@pytest.mark.usefixtures("_deleted")
def test_functions_are_counted_without_a_deleted_queue(cloud: LocalCloud, console: Console) -> None:
    names = [queue.name for queue in Watch(cloud, deployed(cloud)).state().queues]

    assert console.ask("functions")["functions"]
    assert "Dead" in {name.rstrip("0123456789ABCDEF") for name in names}

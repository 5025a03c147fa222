"""Stores in one stack and what uses them in another, with IAM enforced: no call is denied."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_

from wellmade.foundation import DurableQueue, IdempotencyTable, OnDemandTable, PythonFunction
from wellmade.local.deploy import Deployment, deploy_assembly
from wellmade.local.server import LocalCloud
from wellmade.messaging import EventBus, FanOutTopic, QueueWorker
from wellmade.streaming import EventStream, StreamProcessor

pytestmark = pytest.mark.local

CODE = Path(__file__).parent / "apps" / "two_stacks"
COUNTER = """
import os, boto3

def handler(event, context):
    for record in event["Records"]:
        key = {"pk": {"S": record.get("messageId") or record["eventID"]}}
        boto3.client("dynamodb").put_item(TableName=os.environ["SEEN_TABLE_NAME"], Item=key)
    return {"batchItemFailures": []}
"""


class StoresStack(cdk.Stack):
    """What is used, each encrypted with a key of the user's where that makes a difference."""

    def __init__(self, scope: cdk.App, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        key = kms.Key(self, "Key")
        self.queue = DurableQueue(
            self, "Queue", encryption_key=key, visibility_timeout=cdk.Duration.minutes(1)
        )
        self.work = DurableQueue(self, "Work", visibility_timeout=cdk.Duration.minutes(1))
        self.table = OnDemandTable(self, "Table", partition_key="pk")
        self.seen = OnDemandTable(self, "Seen", partition_key="pk")
        self.claims = IdempotencyTable(self, "Claims")
        self.topic = FanOutTopic(self, "Topic")
        self.bus = EventBus(self, "Bus")
        self.stream = EventStream(self, "Stream", removal_policy=cdk.RemovalPolicy.DESTROY)


class UsersStack(cdk.Stack):
    """A function of ours, one of the user's, and workers that poll the other stack's queue and stream."""

    def __init__(self, scope: cdk.App, construct_id: str, *, stores: StoresStack) -> None:
        super().__init__(scope, construct_id)
        ours = PythonFunction(self, "Ours", code=CODE, handler="app.lambda_handler")
        theirs = lambda_.Function(
            self,
            "Theirs",
            runtime=lambda_.Runtime.PYTHON_3_13,
            handler="app.lambda_handler",
            code=lambda_.Code.from_asset(str(CODE)),
            timeout=cdk.Duration.seconds(30),
        )
        for function in (ours, theirs):
            self._connect(stores, function)
            cdk.CfnOutput(self, f"{function.node.id}Name", value=function.function_name)
        self._consume(stores)

    def _connect(self, stores: StoresStack, function: lambda_.Function) -> None:
        stores.queue.connect(function)
        stores.work.connect(function, prefix="WORK_")
        stores.table.connect(function, actions=["dynamodb:PutItem"])
        stores.topic.connect(function)
        stores.bus.connect(function)
        stores.stream.connect(function)

    def _consume(self, stores: StoresStack) -> None:
        def counter(name: str) -> lambda_.Function:
            return lambda_.Function(
                self,
                name,
                runtime=lambda_.Runtime.PYTHON_3_13,
                handler="index.handler",
                code=lambda_.Code.from_inline(COUNTER),
                timeout=cdk.Duration.seconds(5),
            )

        worker = QueueWorker(self, "Worker", function=counter("Counts"), queue=stores.work)
        processor = StreamProcessor(self, "Reader", stream=stores.stream, function=counter("Reads"))
        told = QueueWorker(
            self, "Told", function=counter("Hears"), max_batching_window=cdk.Duration.seconds(0)
        )
        stores.topic.subscribe("Told", told.queue)
        stores.bus.add_target("Told", told.queue, event="OrderPlaced.v1")
        for consumer in (worker, processor, told):
            stores.seen.connect(consumer, actions=["dynamodb:PutItem"], prefix="SEEN_")
        anybody = iam.Role(self, "Anybody", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
        worker.grant_send_messages(anybody)
        stores.topic.grant_publish(anybody)
        stores.bus.grant_publish(anybody)
        cdk.CfnOutput(self, "SeenName", value=stores.seen.table_name)


@pytest.fixture(scope="module")
def deployed(cloud: LocalCloud, tmp_path_factory: pytest.TempPathFactory) -> Deployment:
    out = tmp_path_factory.mktemp("cdk.out")
    app = cdk.App(outdir=str(out), builtin_cloud_formation_validation=False, analytics_reporting=False)
    stores = StoresStack(app, "two-stores")
    UsersStack(app, "two-users", stores=stores)
    app.synth()
    return deploy_assembly(cloud, out)


@pytest.mark.parametrize("function", ["Ours", "Theirs"])
def test_no_call_across_stacks_is_denied(cloud: LocalCloud, deployed: Deployment, function: str) -> None:
    name = deployed.outputs["two-users"][f"{function}Name"]
    payload = json.dumps({"caller": function}).encode()
    answer: dict[str, Any] = json.loads(
        cloud.client("lambda").invoke(FunctionName=name, Payload=payload)["Payload"].read()
    )
    assert answer == dict.fromkeys(("queue", "worker", "table", "topic", "stream", "bus"), "allowed")


def test_every_consumer_of_the_other_stack_gets_its_share(
    cloud: LocalCloud, deployed: Deployment, eventually: Callable[..., None]
) -> None:
    """Two calls were made: each sent one message to the queue, one to the stream, and two to the third worker."""
    table = deployed.outputs["two-users"]["SeenName"]

    def all_seen() -> bool:
        return len(cloud.client("dynamodb").scan(TableName=table)["Items"]) == 8

    eventually(all_seen)

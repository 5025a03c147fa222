"""A pipe whose function could do a part of a batch: the rest comes again, and nothing else."""

import json
from collections.abc import Callable

import aws_cdk as cdk
import pytest
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kinesis as kinesis
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_pipes as pipes
from aws_cdk import aws_sqs as sqs

from wellmade.local.deploy import deploy_assembly
from wellmade.local.server import LocalCloud

pytestmark = pytest.mark.local

HANDLER = """
import base64, boto3, os

def handler(records, context):
    failures = []
    for record in records:
        text = record.get("body") or base64.b64decode(record["data"]).decode()
        boto3.client("sqs").send_message(QueueUrl=os.environ["SEEN"], MessageBody=f"seen {text}")
        if text == "bad":
            failures.append({"itemIdentifier": record.get("messageId") or record["eventID"]})
    return {"batchItemFailures": failures}
"""
STREAM = {"startingPosition": "TRIM_HORIZON", "maximumRetryAttempts": 1}


class PartlyStack(cdk.Stack):
    """A queue and a stream, each with a pipe to one function that never does what is bad."""

    def __init__(self, scope: cdk.App) -> None:
        super().__init__(scope, "partly")
        seen, given_up = sqs.Queue(self, "Seen"), sqs.Queue(self, "GivenUp")
        queue = sqs.Queue(
            self,
            "Queue",
            visibility_timeout=cdk.Duration.seconds(1),
            dead_letter_queue=sqs.DeadLetterQueue(max_receive_count=2, queue=given_up),
        )
        stream = kinesis.Stream(self, "Stream", shard_count=1)
        function = lambda_.Function(
            self,
            "Function",
            runtime=lambda_.Runtime.PYTHON_3_13,
            handler="index.handler",
            code=lambda_.Code.from_inline(HANDLER),
            environment={"SEEN": seen.queue_url},
        )
        seen.grant_send_messages(function)
        role = iam.Role(self, "Role", assumed_by=iam.ServicePrincipal("pipes.amazonaws.com"))
        queue.grant_consume_messages(role)
        stream.grant_read(role)
        given_up.grant_send_messages(role)
        function.grant_invoke(role)
        pipes.CfnPipe(
            self, "OfQueue", source=queue.queue_arn, role_arn=role.role_arn, target=function.function_arn
        )
        settings = {"kinesisStreamParameters": {**STREAM, "deadLetterConfig": {"arn": given_up.queue_arn}}}
        pipes.CfnPipe(
            self,
            "OfStream",
            source=stream.stream_arn,
            source_parameters=settings,
            role_arn=role.role_arn,
            target=function.function_arn,
        )
        for name, value in {"Seen": seen.queue_url, "GivenUp": given_up.queue_url}.items():
            cdk.CfnOutput(self, f"{name}Url", value=value)
        cdk.CfnOutput(self, "QueueUrl", value=queue.queue_url)
        cdk.CfnOutput(self, "StreamName", value=stream.stream_name)


@pytest.fixture(scope="module")
def outputs(cloud: LocalCloud, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("partly")
    app = cdk.App(outdir=str(folder), analytics_reporting=False)
    PartlyStack(app)
    app.synth()
    return deploy_assembly(cloud, folder).outputs["partly"]


def taken(cloud: LocalCloud, url: str) -> list[str]:
    """Take all that a queue has."""
    found = []
    while (
        messages := cloud.client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages")
    ):
        found += [message["Body"] for message in messages]
    return found


def test_of_a_queue_what_is_done_does_not_come_again(
    cloud: LocalCloud, outputs: dict[str, str], eventually: Callable[..., None]
) -> None:
    both = [{"Id": text, "MessageBody": text} for text in ("good", "bad")]
    cloud.client("sqs").send_message_batch(QueueUrl=outputs["QueueUrl"], Entries=both)

    eventually(lambda: taken(cloud, outputs["GivenUpUrl"]) == ["bad"])
    assert sorted(taken(cloud, outputs["SeenUrl"])) == ["seen bad", "seen bad", "seen good"]


def test_of_a_stream_what_is_done_does_not_come_again(
    cloud: LocalCloud, outputs: dict[str, str], eventually: Callable[..., None]
) -> None:
    both = [{"Data": text.encode(), "PartitionKey": "one"} for text in ("good", "bad", "better")]
    cloud.client("kinesis").put_records(StreamName=outputs["StreamName"], Records=both)

    told: list[str] = []

    def is_told() -> bool:
        told.extend(taken(cloud, outputs["GivenUpUrl"]))
        return bool(told)

    eventually(is_told)
    [report] = map(json.loads, told)
    assert report["context"]["condition"] == "RetryAttemptsExhausted"
    assert report["KinesisBatchInfo"]["batchSize"] == 1
    assert sorted(taken(cloud, outputs["SeenUrl"])) == ["seen bad", "seen bad", "seen better", "seen good"]

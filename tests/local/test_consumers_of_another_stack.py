"""Consumers of another stack, under IAM: an inbox of the user's, a bus and a topic, and who publishes there."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import aws_cdk as cdk
import pytest

from tests.local.apps.publishers_and_consumers import KEY, ConsumersStack, PublishersStack
from wellmade.local.deploy import deploy_assembly
from wellmade.local.server import LocalCloud

pytestmark = pytest.mark.local


@pytest.fixture(scope="module")
def outputs(cloud: LocalCloud, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """The outputs of the consumers' stack, after everything was published once by a function of the app."""
    out = tmp_path_factory.mktemp("cdk.out")
    app = cdk.App(outdir=str(out), builtin_cloud_formation_validation=False, analytics_reporting=False)
    ConsumersStack(app, "consumers", PublishersStack(app, "publishers"))
    app.synth()
    found = deploy_assembly(cloud, out).outputs["consumers"]
    answer = cloud.client("lambda").invoke(FunctionName=found["PublisherName"])
    assert (answer.get("FunctionError"), json.loads(answer["Payload"].read())) == (None, 0)
    return found


def test_a_file_of_an_inbox_that_tells_by_eventbridge_is_loaded(
    cloud: LocalCloud, outputs: Mapping[str, str], eventually: Callable[..., None]
) -> None:
    def results() -> list[str]:
        listed: Any = cloud.client("s3").list_objects_v2(Bucket=outputs["ResultsBucketName"])
        return [each["Key"] for each in listed.get("Contents", [])]

    eventually(lambda: f"incoming/{KEY}.result.json" in results(), otherwise=results)


def test_what_is_published_reaches_a_queue_of_another_stack_through_its_filter(
    cloud: LocalCloud, outputs: Mapping[str, str], eventually: Callable[..., None]
) -> None:
    heard: set[str] = set()

    def listen() -> bool:
        taken = cloud.client("sqs").receive_message(QueueUrl=outputs["HeardUrl"], MaxNumberOfMessages=10)
        heard.update(message["Body"] for message in taken.get("Messages", []))
        return len(heard) >= 2

    eventually(listen, otherwise=lambda: heard)
    details = [json.loads(body)["detail"] for body in heard if body.startswith("{")]
    assert details == [{"wanted": True}]
    assert "from the topic" in heard

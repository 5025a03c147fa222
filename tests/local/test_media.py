"""Videos that are uploaded become formats, made by ffmpeg in tasks that are interrupted on the way."""

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bench.cloud import deploy_reference
from bench.media import Studio, make_at_work
from stacks.media import FORMATS, MediaStack
from tests.clips import clip
from wellmade.local.server import LocalCloud

pytestmark = pytest.mark.local


@pytest.fixture(scope="module")
def studio(cloud: LocalCloud, tmp_path_factory: pytest.TempPathFactory) -> Studio:
    """The stack, as a sender sees it."""
    outputs = deploy_reference(cloud, tmp_path_factory.mktemp("cdk.out"), MediaStack, "media")
    return Studio(cloud, outputs, random.Random(1))  # noqa: S311 - repeatable faults


def marks(studio: Studio, key: str) -> dict[str, Any]:
    """Return what is marked of a video, by format."""
    found = studio.cloud.client("dynamodb").query(
        TableName=studio.outputs["MarksTableName"],
        KeyConditionExpression="pk = :key",
        ExpressionAttributeValues={":key": {"S": key}},
    )["Items"]
    return {item["sk"]["S"].rpartition("/")[2]: item for item in found}


@pytest.mark.scan
def test_tasks_that_are_interrupted_lose_and_double_nothing(studio: Studio) -> None:
    found = make_at_work(studio, clips=2, kills=1)
    assert (found.lost, found.twice, found.failed) == (0, 0, 0)
    assert sum(found.ended.values()) == 1
    assert found.redone == pytest.approx(1 / 6)


def test_each_format_is_made_and_a_second_arrival_makes_none(
    studio: Studio, tmp_path: Path, eventually: Callable[..., None]
) -> None:
    s3, states = studio.cloud.client("s3"), studio.cloud.client("stepfunctions")
    studio.send(9000, clip(tmp_path))
    key = "incoming/9000.mp4"
    eventually(lambda: set(marks(studio, key)) == set(FORMATS))
    for name, mark in marks(studio, key).items():
        kept = s3.get_object(Bucket=studio.outputs["ResultsBucketName"], Key=mark["result"]["S"])
        body = kept["Body"].read()
        assert (mark["status"]["S"], len(body)) == ("done", int(mark["bytes"]["N"]))
        assert body[4:8] == b"ftyp", name
    eventually(lambda: not studio.under_way())
    listed = states.list_executions(stateMachineArn=studio.outputs["WorkflowArn"])["executions"]
    told = states.describe_execution(executionArn=listed[0]["executionArn"])["input"]
    assert json.loads(told)["key"] == key
    again = states.start_execution(stateMachineArn=studio.outputs["WorkflowArn"], input=told)["executionArn"]
    eventually(lambda: states.describe_execution(executionArn=again)["status"] == "SUCCEEDED")
    assert json.loads(states.describe_execution(executionArn=again)["output"])["outcome"] == "duplicate"

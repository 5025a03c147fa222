"""Lines go into a queue and are followed to their end: through the function, or into the dead-letter queue."""

from pathlib import Path

import pytest

from wellmade.local import activity
from wellmade.local.deploy import Deployment
from wellmade.local.deployed import Resource
from wellmade.local.drive import Drive, drive
from wellmade.local.sending import sending
from wellmade.local.server import LocalCloud

pytestmark = pytest.mark.local


@pytest.fixture
def lines(tmp_path: Path) -> Path:
    file = tmp_path / "some lines.txt"
    file.write_text("".join(f"driven {n}\n\n" for n in range(12)))
    return file


@pytest.fixture(autouse=True)
def _settle_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(activity, "SETTLE_SECONDS", 1.0)


def queue_of(deployment: Deployment, stack: str) -> str:
    return "sqs:" + deployment.outputs[stack]["QueueUrl"].rpartition("/")[2]


def set_aside(result: Drive) -> int:
    return sum(result.set_aside.values())


def test_each_line_comes_out_of_the_function(cloud: LocalCloud, deployment: Deployment, lines: Path) -> None:
    result = drive(cloud, queue_of(deployment, "driven-granted"), [lines], seconds=60)
    assert (result.sent, result.quiet, set_aside(result), result.complete) == (12, True, 0, True)
    assert sum(function.invocations for function in result.functions) == 12
    table = deployment.outputs["driven-granted"]["TableName"]
    items = cloud.client("dynamodb").scan(TableName=table)["Items"]
    assert {f"driven {n}" for n in range(12)} <= {item["pk"]["S"] for item in items}


def test_what_fails_is_found_in_the_dead_letter_queue(
    cloud: LocalCloud, deployment: Deployment, tmp_path: Path
) -> None:
    file = tmp_path / "line.txt"
    file.write_text("fails every time\n")
    result = drive(cloud, queue_of(deployment, "driven-refused"), [file], seconds=60)
    assert (result.sent, result.quiet, set_aside(result), result.complete) == (1, True, 1, False)
    assert sum(function.errors for function in result.functions) == 3


def test_files_are_uploaded_under_the_prefix(cloud: LocalCloud, lines: Path) -> None:
    cloud.client("s3").create_bucket(Bucket="driven")
    bucket = Resource("stack", "Inbox1234", "AWS::S3::Bucket", "driven", dead_letter=False)
    assert list(sending(cloud, [bucket], "s3://Inbox/a/b", [lines])) == [1]
    assert list(sending(cloud, [bucket], "s3://driven", [lines])) == [1]
    listed = cloud.client("s3").list_objects_v2(Bucket="driven")["Contents"]
    assert [entry["Key"] for entry in listed] == ["a/b/some lines.txt", "some lines.txt"]

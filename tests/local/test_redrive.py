"""A release that breaks the function, the messages it set aside, and their way back after the repair."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from demo.expected import Loaded, expected
from demo.pipeline import Pipeline
from demo.samples import PREFIX, Sample
from tests.local.apps.pipeline import deploy_pipeline
from wellmade.cli import main
from wellmade.local.server import LocalCloud

pytestmark = pytest.mark.local

FILES = [
    Sample(f"file {n}", f"{PREFIX}file {n}.csv", f"id,name\n{n},row of {n}\n".encode()) for n in range(3)
]


@pytest.fixture(scope="module")
def pipeline(cloud: LocalCloud, tmp_path_factory: pytest.TempPathFactory) -> Pipeline:
    deployed = deploy_pipeline(cloud, tmp_path_factory.mktemp("cdk.out"), "redrive")
    # Redelivery after a second instead of twelve: the function fails at once here.
    cloud.client("sqs").set_queue_attributes(
        QueueUrl=deployed.outputs["QueueUrl"], Attributes={"VisibilityTimeout": "1"}
    )
    return deployed


def use_table(pipeline: Pipeline, table: str) -> None:
    """Configure the function anew, as a release does."""
    functions, name = pipeline.cloud.client("lambda"), pipeline.outputs["FunctionName"]
    variables = functions.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
    functions.update_function_configuration(
        FunctionName=name, Environment={"Variables": variables | {"TABLE_NAME": table}}
    )


def redrive(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    capsys.readouterr()
    assert main(["redrive", *arguments, "--format", "json"]) == 0
    document: dict[str, Any] = json.loads(capsys.readouterr().out)
    return document


def test_messages_are_looked_at_and_go_back_after_the_repair(
    pipeline: Pipeline,
    eventually: Callable[..., None],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in pipeline.cloud.environment().items():
        monkeypatch.setenv(name, value)
    queue = pipeline.outputs["DeadLetterQueueUrl"]
    use_table(pipeline, "a-table-that-is-not-there")
    for sample in FILES:
        pipeline.upload(sample)
    eventually(lambda: pipeline.depth("DeadLetterQueueUrl") == len(FILES))

    seen = redrive(capsys, queue)
    assert {entry["about"].rpartition("/")[2] for entry in seen["samples"]} == {
        "file 0.csv",
        "file 1.csv",
        "file 2.csv",
    }
    assert seen["receives"] == {"3": len(FILES)}
    for entry in seen["samples"]:
        assert "AccessDeniedException" in entry["reason"]
        assert "BatchWriteItem" in entry["reason"]
    assert pipeline.rows() == {}

    use_table(pipeline, pipeline.outputs["TableName"])
    assert redrive(capsys, queue, "--execute", "--match", "file 1")["moved"] == 1
    assert redrive(capsys, pipeline.outputs["QueueUrl"], "--execute")["moved"] == len(FILES) - 1
    wanted = {pipeline.identity(sample): loaded_rows(sample) for sample in FILES}
    eventually(lambda: pipeline.rows() == wanted)
    assert pipeline.depth("DeadLetterQueueUrl") == 0


def loaded_rows(sample: Sample) -> object:
    what = expected(sample)
    assert isinstance(what, Loaded)
    return what.rows

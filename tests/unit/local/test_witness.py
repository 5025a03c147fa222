"""The log of calls is read as a recording: whose each call is, and what of it is not known."""

import json
from pathlib import Path
from typing import Any

import pytest

from wellmade.errors import WellmadeError
from wellmade.local import witness
from wellmade.local.deployed import Resource
from wellmade.local.server import LocalCloud
from wellmade.prove.recordings import of

RESOURCES = [
    Resource("shop", "Worker1", "AWS::Lambda::Function", "shop-Worker1-x", dead_letter=False),
    Resource("shop", "Task1", "AWS::ECS::TaskDefinition", "arn:aws:ecs:r:1:task-definition/shopTask:3", dead_letter=False),
    Resource("shop", "Jobs", "AWS::SQS::Queue", "http://localhost/0/shop-Jobs", dead_letter=False),
]  # fmt: skip


@pytest.fixture
def cloud(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> LocalCloud:
    monkeypatch.setattr(witness, "deployed", lambda _: RESOURCES)
    (tmp_path / "local").mkdir()
    return LocalCloud("http://127.0.0.1:1", 1, tmp_path, "secret")


def line(session: str, operation: str = "SendMessage", **more: Any) -> dict[str, Any]:
    arn = f"arn:aws:sts::000000000000:assumed-role/role/{session}"
    given = {"service": "sqs", "operation": operation, "parameters": {}, "region": "us-east-1"}
    return {"session": arn, **given, "denied": False, **more}


def write(cloud: LocalCloud, *lines: dict[str, Any]) -> None:
    file = cloud.state_dir / "local" / "calls.jsonl"
    file.write_text("".join(f"{json.dumps(each)}\n" for each in lines))


def test_sessions_tell_functions_and_programs(cloud: LocalCloud) -> None:
    write(cloud, line("shop-Worker1-x"), line("task.shopTask"), line("service"), line("somebody"))
    found = of(witness.recording(cloud))
    assert [each.function for each in found.calls] == ["shop/Worker1", "shop/Task1"]
    assert (found.witness, found.names["shop/Jobs"]) == ("local cloud", "http://localhost/0/shop-Jobs")


def test_what_is_not_understood_or_not_kept_is_told(cloud: LocalCloud) -> None:
    strange = line("shop-Worker1-x", "", parameters={"Method": "GET", "Path": "/strange"})
    write(cloud, strange, line("shop-Worker1-x", more=True))
    found = of(witness.recording(cloud))
    assert found.calls == []
    assert [each.what for each in found.unread] == ["sqs: GET /strange", "sqs:SendMessage"]


def test_a_cloud_in_which_nothing_happened_says_so(cloud: LocalCloud) -> None:
    with pytest.raises(WellmadeError, match="no function has called anything here yet"):
        witness.recording(cloud)

"""What somebody reads at 3 a.m.: every line of every function, and why one did not start."""

import argparse
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.local.functions import make_function
from wellmade.errors import WellmadeError
from wellmade.local import logs, up
from wellmade.local.logs import groups_of
from wellmade.local.server import LocalCloud

pytestmark = pytest.mark.local

LOGS = """
import logging, os, subprocess, threading, time
logging.getLogger().setLevel(logging.INFO)

def later():
    time.sleep(0.5)
    print("from a thread, after the answer")

def handler(event, context):
    logging.info("of the root logger")
    os.write(1, b'{"status": "ok", "result": "not the answer"}\\n')
    subprocess.run(["echo", "of a program"])
    print("printed")
    threading.Thread(target=later).start()
    return "the answer"
"""


@pytest.fixture
def invoke(cloud: LocalCloud, request: pytest.FixtureRequest) -> Callable[..., Any]:
    """Run a handler, and return what it answers."""

    def run(source: str, runtime: str = "python3.13") -> Any:
        name = request.node.name.replace("[", "-").replace("]", "")[:60]
        client = make_function(cloud, name, source, runtime=runtime, Timeout=10)
        return json.load(client.invoke(FunctionName=name)["Payload"])

    return run


@pytest.fixture
def said(cloud: LocalCloud, request: pytest.FixtureRequest) -> Callable[[], str]:
    """What is in the log of the test's function."""

    def read() -> str:
        name = request.node.name.replace("[", "-").replace("]", "")[:60]
        found = cloud.client("logs").filter_log_events(logGroupName=f"/aws/lambda/{name}")
        return "\n".join(event["message"] for event in found["events"])

    return read


def test_every_line_of_a_function_is_kept(
    invoke: Callable[..., Any], said: Callable[[], str], eventually: Callable[..., None]
) -> None:
    assert invoke(LOGS) == "the answer"

    def everything() -> bool:
        lines = ("\tof the root logger", "not the answer", "of a program", "printed", "after the answer")
        return all(line in said() for line in lines)

    eventually(everything, otherwise=said)


@pytest.mark.parametrize(
    ("source", "kind", "reason"),
    [
        ("import not_there\n", "Runtime.ImportModuleError", "No module named 'not_there'"),
        ("def handle(event, context): pass\n", "Runtime.HandlerNotFound", "has no attribute 'handler'"),
        ("def handler(event, context: pass\n", "Runtime.UserCodeSyntaxError", "SyntaxError: "),
        ("print('the table is missing')\nraise SystemExit(3)\n", "Runtime.ExitError", "the table is missing"),
    ],
    ids=["import", "name", "syntax", "exit"],
)
def test_why_a_function_did_not_start_is_in_its_log(
    invoke: Callable[..., Any], said: Callable[[], str], source: str, kind: str, reason: str
) -> None:
    assert invoke(source)["errorType"] == kind
    assert reason in said()
    assert f"[ERROR] {kind}" in said()


def test_a_function_of_node_fails_under_its_own_name(
    invoke: Callable[..., Any], said: Callable[[], str]
) -> None:
    answer = invoke("exports.handler = async () => { throw new TypeError('no price'); };", "nodejs22.x")

    assert answer["errorType"] == "TypeError"
    assert "at exports.handler (/var/task/index.js" in said()


def test_a_handler_of_node_that_answers_nothing_has_answered(
    invoke: Callable[..., Any], said: Callable[[], str], eventually: Callable[..., None]
) -> None:
    source = "exports.handler = () => { setTimeout(() => console.log('done later'), 100); };"

    assert invoke(source, "nodejs22.x") is None

    def done() -> bool:
        return "done later" in said()

    eventually(done)


def test_each_line_is_followed_once(
    cloud: LocalCloud, invoke: Callable[..., Any], request: pytest.FixtureRequest
) -> None:
    numbered = "COUNT = iter(range(9))\ndef handler(event, context): print('line', next(COUNT))"
    invoke(numbered)
    name = request.node.name
    followed = logs._follow(cloud, {f"/aws/lambda/{name}": name})
    lines = (event["message"].strip() for event in followed if event["message"].startswith("line"))

    assert next(lines) == "line 0"
    cloud.client("lambda").invoke(FunctionName=name)
    assert next(lines) == "line 1"


def test_groups_are_found_by_a_part_of_their_name(cloud: LocalCloud) -> None:
    cloud.client("logs").create_log_group(logGroupName="/apart/from-functions")

    assert groups_of(cloud, "FROM-fun") == {"/apart/from-functions": "/apart/from-functions"}


def asked(source: str | None = None) -> argparse.Namespace:
    """What `wellmade local logs` was asked."""
    return argparse.Namespace(source=source, follow=False, format="text")


def test_a_function_that_has_said_nothing_is_told_from_a_mistyped_name(
    cloud: LocalCloud, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    cloud.client("logs").create_log_group(logGroupName="/apart/silent")
    for finder in ("find_cloud", "the_cloud"):
        monkeypatch.setattr(logs, finder, lambda: cloud)

    assert logs.run(asked("silent")) == 0

    assert "nothing is written yet by /apart/silent" in capsys.readouterr().err
    with pytest.raises(WellmadeError, match=r"^nothing has 'mistyped' in its name; those that write one: "):
        logs.run(asked("mistyped"))


def test_what_was_written_until_a_first_up_failed_is_kept(
    cloud: LocalCloud, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    client = cloud.client("logs")
    client.create_log_group(logGroupName="/apart/broken")
    client.create_log_stream(logGroupName="/apart/broken", logStreamName="one")
    event = {"timestamp": 1_700_000_000_000, "message": "no such table"}
    client.put_log_events(logGroupName="/apart/broken", logStreamName="one", logEvents=[event])
    (tmp_path / ".wellmade").mkdir()
    (tmp_path / "below").mkdir()

    up._end(replace(cloud, state_dir=tmp_path / ".wellmade"), WellmadeError("it failed"))
    monkeypatch.chdir(tmp_path / "below")
    assert logs.run(asked("broken")) == 0

    said = capsys.readouterr()
    assert said.out.rstrip().endswith("/apart/broken  no such table")
    assert "read it with: wellmade local logs" in said.err
    assert "this was written until the last `wellmade local up` failed" in said.err.replace("\n", " ")

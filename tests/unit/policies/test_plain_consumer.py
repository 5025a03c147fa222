"""`wellmade prove` on a consumer of plain CDK within a boundary: the service's own calls are judged as they come."""

import json
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_event_sources as sources
from aws_cdk import aws_sqs as sqs

from tests.unit.prove.support import call, record
from wellmade.cli import main
from wellmade.policies import PermissionBoundary, consume_messages, send_messages
from wellmade.policies.need import Need

NEXT = "https://sqs.us-east-1.amazonaws.com/123456789012/next"


def proof(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, *, consumes: bool
) -> dict[str, Any]:
    """Return what is proved of a function with a queue before it and one behind it."""
    code = folder / "mine"
    code.mkdir()
    (code / "handler.py").write_text("def handler(event, context): ...\n")
    monkeypatch.chdir(folder)
    app = cdk.App(analytics_reporting=False, outdir=str(folder / "cdk.out"))
    stack = cdk.Stack(app, "S")
    function = lambda_.Function(
        stack,
        "Handler",
        code=lambda_.Code.from_asset(str(code)),
        handler="handler.handler",
        runtime=lambda_.Runtime.PYTHON_3_14,
    )
    orders = sqs.Queue(stack, "Orders")
    behind = sqs.Queue.from_queue_arn(stack, "Next", f"arn:aws:sqs:{stack.region}:{stack.account}:next")
    source: Any = sources.SqsEventSource(orders)
    function.add_event_source(source)
    needs: list[Need] = [send_messages(behind), *([consume_messages(orders)] if consumes else [])]
    needs[0].grant(function)
    PermissionBoundary(stack, "Limit", needs=needs).limit(function)
    app.synth()
    sent = call("sqs", "SendMessage", QueueUrl=NEXT, MessageBody="m")
    recording = record(folder, sent)
    main(["prove", str(folder / "cdk.out"), "--calls", str(recording), "--format", "json"])
    [report] = json.loads(capsys.readouterr().out)["functions"]
    found: dict[str, Any] = report
    return found


def test_a_poller_comes_over_tls_and_what_a_boundary_takes_away_is_not_unused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    found = proof(tmp_path, capsys, monkeypatch, consumes=True)
    assert (found["denied"], found["unused"], found["proven"]) == ([], [], True)


def test_a_boundary_without_the_queue_leaves_the_poller_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    found = proof(tmp_path, capsys, monkeypatch, consumes=False)
    denied = {each["action"] for each in found["denied"]}
    assert denied == {"sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"}

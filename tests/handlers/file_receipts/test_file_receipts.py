"""One receipt for each file that arrives, whatever it holds and however often it is told of."""

import hashlib
import json
from collections.abc import Callable
from types import ModuleType

import pytest

from tests.handlers.support import PREFIX, Crash, Inbox, crash_at, error, hooked, items, objects, recorded

BODY = b"\x00\xff" * 100_000
RECEIPT = {"size": len(BODY), "sha256": hashlib.sha256(BODY).hexdigest()}


@pytest.fixture
def files(pipeline: Callable[[str], ModuleType]) -> Inbox:
    """Where files are dropped and their messages handled, with versions as the pipeline deploys it."""
    inbox = Inbox(pipeline("file_receipts"))
    inbox.keep_versions()
    return inbox


def check_received_once() -> None:
    assert json.loads(objects("results")["a.bin.receipt.json"]) == RECEIPT
    [item] = items("rows")
    assert (item["pk"]["S"], item["sha256"]["S"]) == (f"{PREFIX}a.bin", RECEIPT["sha256"])
    assert [claim["status"]["S"] for claim in items("claims")] == ["COMPLETED"]


def test_a_file_gets_one_receipt(files: Inbox) -> None:
    sent = files.drop("a.bin", BODY)
    assert files.deliver(sent) == []
    with recorded(files.handler) as calls:
        assert files.deliver(sent) == []
    assert [name for name, _ in calls] == ["PutItem"]  # the claim, refused
    check_received_once()


def test_an_empty_file_is_quarantined(files: Inbox) -> None:
    files.load("empty", b"")
    assert files.refusal("empty")["reason"] == "empty"
    assert set(objects("quarantine")) == {"empty", "empty.reason.json"}
    assert items("rows") == []


@pytest.mark.parametrize("step", range(5))
def test_a_redelivery_finishes_what_a_crash_left(files: Inbox, step: int) -> None:
    sent = files.drop("a.bin", BODY)
    with hooked(files.handler, "before-call", crash_at(step)), pytest.raises(Crash):
        files.deliver(sent, remaining=0)
    assert files.deliver(sent) == []
    check_received_once()


@pytest.mark.parametrize("call", ["s3.GetObject", "s3.PutObject", "dynamodb.BatchWriteItem"])
def test_what_may_succeed_later_goes_back_and_is_then_done(files: Inbox, call: str) -> None:
    sent = files.drop("a.bin", BODY)
    with hooked(files.handler, f"before-call.{call}", error("SlowDown", 503)):
        assert files.deliver(sent) == [sent]
    assert files.deliver(sent) == []
    check_received_once()


def test_a_file_that_is_gone_has_a_reason_and_no_receipt(files: Inbox) -> None:
    sent = files.drop("a.bin", BODY)
    version = json.loads(sent["body"])["Records"][0]["s3"]["object"]["versionId"]
    files.s3.delete_object(Bucket="inbox", Key=f"{PREFIX}a.bin", VersionId=version)
    assert files.deliver(sent) == []
    assert list(objects("quarantine")) == ["a.bin.reason.json"]
    assert items("rows") == []


def test_a_message_that_comes_late_overwrites_no_newer_receipt(files: Inbox) -> None:
    old, new = files.drop("a.bin", b"as it was first"), files.drop("a.bin", BODY)
    for sent, sequencer in ((old, "0055AED6"), (new, "0055AED6DCD90281E5")):
        body = json.loads(sent["body"])
        body["Records"][0]["s3"]["object"]["sequencer"] = sequencer
        sent["body"] = json.dumps(body)
    assert files.deliver(new) == []
    assert files.deliver(old) == []
    assert json.loads(objects("results")["a.bin.receipt.json"]) == RECEIPT
    [item] = items("rows")
    assert item["sha256"]["S"] == RECEIPT["sha256"]

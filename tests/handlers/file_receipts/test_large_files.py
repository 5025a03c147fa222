"""Files that are left to a workflow: each started once, and read by nobody here."""

import json
from collections.abc import Callable
from types import ModuleType, SimpleNamespace
from typing import Any, cast

import boto3
import pytest

from tests.handlers.support import PREFIX, Crash, Inbox, crash_at, error, hooked, items, objects
from wellmade_runtime.large_files import LargeFiles

THRESHOLD = 300_000
DEFINITION = '{"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}'


@pytest.fixture
def files(pipeline: Callable[[str], ModuleType]) -> Inbox:
    """Where files are dropped, beside the workflow for larger ones."""
    inbox = Inbox(pipeline("file_receipts"))
    inbox.keep_versions()
    role = "arn:aws:iam::123456789012:role/workflow"
    boto3.client("stepfunctions").create_state_machine(
        name="large-files", definition=DEFINITION, roleArn=role
    )
    return inbox


def started(inbox: Inbox) -> list[dict[str, Any]]:
    """Return the files that executions were started for."""
    stepfunctions = boto3.client("stepfunctions")
    arn = inbox.handler.inbox.large_files.workflow
    listed = stepfunctions.list_executions(stateMachineArn=arn)["executions"]
    found = [stepfunctions.describe_execution(executionArn=each["executionArn"]) for each in listed]
    return [json.loads(each["input"]) for each in found]


def workflow_calls(inbox: Inbox) -> ModuleType:
    """Return what `hooked` finds the client of the workflow in."""
    return cast(ModuleType, SimpleNamespace(store=inbox.handler.inbox.large_files))


def test_a_file_of_the_thresholds_size_is_read_here(files: Inbox) -> None:
    files.load("a.csv", b"x" * THRESHOLD)
    assert started(files) == []
    assert [each["pk"]["S"] for each in items("rows")] == [f"{PREFIX}a.csv"]


def test_a_larger_file_is_left_to_one_execution_however_often_it_is_told_of(files: Inbox) -> None:
    sent = files.drop("a.csv", b"x" * (THRESHOLD + 1))
    assert [files.deliver(sent) for _ in range(3)] == [[], [], []]
    told = json.loads(sent["body"])["Records"][0]["s3"]["object"]
    assert started(files) == [
        {
            "bucket": "inbox",
            "key": f"{PREFIX}a.csv",
            "etag": told["eTag"],
            "version": told["versionId"],
            "size": THRESHOLD + 1,
        }
    ]
    assert (objects("results"), items("rows")) == ({}, [])
    assert [claim["status"]["S"] for claim in items("claims")] == ["COMPLETED"]


def test_a_small_file_of_a_kind_that_takes_long_is_left_to_it_too(files: Inbox) -> None:
    files.load("a.xml", b"<a/>")
    assert [each["key"] for each in started(files)] == [f"{PREFIX}a.xml"]


@pytest.mark.parametrize("step", range(2))
def test_a_crash_starts_no_second_one(files: Inbox, step: int) -> None:
    sent = files.drop("a.csv", b"x" * (THRESHOLD + 1))
    with hooked(files.handler, "before-call.dynamodb", crash_at(step)), pytest.raises(Crash):
        files.deliver(sent, remaining=0)
    assert files.deliver(sent) == []
    assert len(started(files)) == 1


def test_an_execution_that_has_ended_is_not_started_again(files: Inbox) -> None:
    sent = files.drop("a.csv", b"x" * (THRESHOLD + 1))
    ended = error("ExecutionAlreadyExists")
    with hooked(workflow_calls(files), "before-call.stepfunctions.StartExecution", ended):
        assert files.deliver(sent) == []
    assert started(files) == []


def test_a_start_that_is_throttled_goes_back_and_succeeds_later(files: Inbox) -> None:
    sent = files.drop("a.csv", b"x" * (THRESHOLD + 1))
    throttled = error("ThrottlingException")
    with hooked(workflow_calls(files), "before-call.stepfunctions.StartExecution", throttled):
        assert files.deliver(sent) == [sent]
    assert files.deliver(sent) == []
    assert len(started(files)) == 1


@pytest.mark.parametrize("size", [None, "big", True])
def test_an_event_that_does_not_tell_the_size_goes_back(files: Inbox, size: object) -> None:
    sent = files.drop("a.csv", b"x")
    body = json.loads(sent["body"])
    body["Records"][0]["s3"]["object"]["size"] = size
    sent["body"] = json.dumps(body)
    assert files.deliver(sent) == [sent]
    assert (started(files), items("rows")) == ([], [])


def test_without_a_router_there_is_none() -> None:
    assert LargeFiles.of({}) is None

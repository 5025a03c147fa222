"""The task writes the same receipt as the function of the pipeline, once however often it runs."""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3
import pytest

from file_receiver import __main__ as program
from file_receiver.domain import File, key_beside
from file_receiver.store import Receipts
from tests.handlers.support import PREFIX, Aws, error, items, objects
from wellmade_runtime import file_store

BODY = b"\x00\xff" * 2_000_000
KEY = f"{PREFIX}a.csv"
NAMES = {"RESULTS_BUCKET": "results", "QUARANTINE_BUCKET": "quarantine", "TABLE_NAME": "rows"}


@pytest.fixture
def store(aws: Aws) -> Receipts:
    """The stores of a pipeline, with versions in the inbox as it deploys them."""
    for bucket in ("inbox", "results", "quarantine"):
        aws.bucket(bucket)
    aws.table("rows", pk="S", sk="N")
    versioning: Any = {"Status": "Enabled"}
    boto3.client("s3").put_bucket_versioning(Bucket="inbox", VersioningConfiguration=versioning)
    return program.receipts_of(NAMES)


def dropped(body: bytes = BODY) -> dict[str, str]:
    """Put a file into the inbox and return the variables that the workflow gives the task."""
    stored = boto3.client("s3").put_object(Bucket="inbox", Key=KEY, Body=body)
    return {
        "FILE_BUCKET": "inbox",
        "FILE_KEY": KEY,
        "FILE_ETAG": stored["ETag"].strip('"'),
        "FILE_VERSION": stored["VersionId"],
    }


@contextmanager
def refusing(store: Receipts, call: str) -> Iterator[None]:
    """Refuse one call of AWS."""
    event, hook = f"before-call.{call}", error("AccessDenied", 403)
    for client in (store.s3, store.dynamodb):
        client.meta.events.register_first(event, hook)
    yield
    for client in (store.s3, store.dynamodb):
        client.meta.events.unregister(event, hook)


def test_a_file_gets_one_receipt_however_often_it_runs(store: Receipts) -> None:
    file = program.file_of(dropped())
    assert [program.receive(store, file) for _ in range(2)] == [0, 0]
    receipt = {"size": len(BODY), "sha256": hashlib.sha256(BODY).hexdigest()}
    assert json.loads(objects("results")["a.csv.receipt.json"]) == receipt
    [item] = items("rows")
    assert (item["pk"]["S"], item["sha256"]["S"]) == (KEY, receipt["sha256"])


def test_it_reads_the_version_that_arrived(store: Receipts) -> None:
    file = program.file_of(dropped(b"first"))
    dropped(b"second")
    assert program.receive(store, file) == 0
    assert json.loads(objects("results")["a.csv.receipt.json"])["size"] == 5


def test_a_file_that_is_gone_has_a_reason(store: Receipts) -> None:
    told = dropped()
    boto3.client("s3").delete_object(Bucket="inbox", Key=KEY, VersionId=told["FILE_VERSION"])
    assert program.receive(store, program.file_of(told)) == 0
    assert json.loads(objects("quarantine")["a.csv.reason.json"])["reason"] == "gone"
    assert items("rows") == []


@pytest.mark.not_deployed("a bucket without versions")
def test_a_file_that_was_overwritten_has_a_reason_without_versions_too(store: Receipts) -> None:
    told = {**dropped(), "FILE_VERSION": ""}
    dropped(b"another")
    assert program.receive(store, program.file_of(told)) == 0
    assert json.loads(objects("quarantine")["a.csv.reason.json"])["reason"] == "gone"


@pytest.mark.parametrize("call", ["s3.GetObject", "s3.PutObject", "dynamodb.BatchWriteItem"])
def test_a_call_that_fails_asks_for_another_run(store: Receipts, call: str) -> None:
    file = program.file_of(dropped())
    with refusing(store, call):
        assert program.receive(store, file) == program.AGAIN
    assert program.receive(store, file) == 0


def test_an_item_that_is_not_taken_asks_for_another_run(
    store: Receipts, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = program.file_of(dropped())
    left: dict[str, Any] = {"UnprocessedItems": {"rows": [{}]}}
    monkeypatch.setattr(store.dynamodb, "batch_write_item", lambda **_: left)
    assert program.receive(store, file) == program.AGAIN


@pytest.mark.parametrize("missing", [*NAMES, "FILE_BUCKET", "FILE_KEY", "FILE_ETAG", "FILE_VERSION"])
def test_a_missing_variable_is_named(
    store: Receipts,  # noqa: ARG001 - clients need an AWS
    missing: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name, value in {**NAMES, **dropped()}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv(missing)
    assert program.main() == program.WRONG_ENVIRONMENT
    assert missing in capsys.readouterr().err


def test_the_program_runs(
    store: Receipts,  # noqa: ARG001 - it writes there
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name, value in {**NAMES, **dropped()}.items():
        monkeypatch.setenv(name, value)
    assert program.main() == 0
    assert json.loads(capsys.readouterr().out) == {"message": "received", "key": KEY, "bytes": len(BODY)}


@pytest.mark.parametrize("key", ["a.csv", "é" * 510 + ".csv", "x" * 1024])
def test_what_belongs_to_a_file_is_called_as_the_function_calls_it(key: str) -> None:
    assert key_beside(key, ".receipt.json") == file_store.key_beside(key, ".receipt.json")
    assert File("b", key, "e", "").key == key

"""The task's log names a file by its key and repeats nothing of what is in it."""

import boto3
import pytest

from file_receiver import __main__ as program
from file_receiver.domain import File
from file_receiver.store import Receipts
from tests.handlers.marked import MARK
from tests.handlers.support import Aws, error

pytestmark = pytest.mark.not_deployed("a bucket without versions, and a key outside of the prefix")

NAMES = {"RESULTS_BUCKET": "results", "QUARANTINE_BUCKET": "quarantine", "TABLE_NAME": "rows"}


def stores(aws: Aws) -> Receipts:
    for bucket in ("inbox", "results", "quarantine"):
        aws.bucket(bucket)
    aws.table("rows", pk="S", sk="N")
    return program.receipts_of(NAMES)


def test_the_log_holds_no_payload(aws: Aws, capsys: pytest.CaptureFixture[str]) -> None:
    store, s3 = stores(aws), boto3.client("s3")
    etag = s3.put_object(Bucket="inbox", Key="a.csv", Body=f"card\n{MARK}\n".encode())["ETag"].strip('"')
    assert program.receive(store, File("inbox", "a.csv", etag, "")) == 0
    assert program.receive(store, File("inbox", "a.csv", "another", "")) == 0
    store.dynamodb.meta.events.register_first("before-call", error("ThrottlingException"))
    assert program.receive(store, File("inbox", "a.csv", etag, "")) == program.AGAIN
    said = "".join(capsys.readouterr())
    assert all(each in said for each in ("received", "quarantined", "a call failed"))
    assert MARK not in said

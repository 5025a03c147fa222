"""Uploads and downloads of boto3 need what their extra arguments ask for: rights to lists, tags and versions."""

from pathlib import Path
from typing import Any
from unittest.mock import patch

import boto3
import pytest

from tests.unit.prove.cases import said
from tests.unit.prove.support import allow
from tests.unit.prove.test_unread import prove
from wellmade.prove.hearing.clients import recording
from wellmade.prove.hearing.transfers import transfer

CLIENT = "import boto3\ns3 = boto3.client('s3')\n"
RESOURCE = "import boto3\ns3 = boto3.resource('s3')\n"
PUBLIC = "ExtraArgs={'ACL': 'public-read'}"
ASKED = {
    "a client": (CLIENT, f"s3.upload_file('/tmp/a', 'inbox', 'b', {PUBLIC})", "s3:PutObjectAcl"),
    "by place": (CLIENT, "s3.upload_fileobj(event, 'inbox', 'b', {'ACL': 'private'})", "s3:PutObjectAcl"),
    "a name": (CLIENT + "MORE = {'Tagging': 'a=b'}\n", "s3.upload_file('/tmp/a', 'inbox', 'b', ExtraArgs=MORE)", "s3:PutObjectTagging"),
    "an object": (RESOURCE, f"s3.Object('inbox', 'b').upload_file('/tmp/a', {PUBLIC})", "s3:PutObjectAcl"),
    "a bucket": (RESOURCE, f"s3.Bucket('inbox').upload_file('/tmp/a', 'b', {PUBLIC})", "s3:PutObjectAcl"),
    "a form": (CLIENT, "s3.generate_presigned_post('inbox', 'b', Fields={'acl': 'public-read'})", "s3:PutObjectAcl"),
    "a version": (CLIENT, "s3.download_file('inbox', 'b', '/tmp/a', {'VersionId': '1'})", "s3:GetObjectVersion"),
}  # fmt: skip
WRITES = allow(["s3:PutObject", "s3:GetObject"], "arn:aws:s3:::inbox/*")


@pytest.mark.parametrize("name", ASKED)
def test_what_code_asks_for_besides_is_denied(tmp_path: Path, name: str) -> None:
    before, then, action = ASKED[name]
    source = f"{before}def handler(event, context): {then}\n"
    assert said(prove(tmp_path, source, granted=WRITES))[1] == {action}


@pytest.mark.parametrize(
    ("then", "wanted"),
    [
        ("upload_file('/tmp/a', 'inbox', 'b', ExtraArgs={'ContentType': event})", set()),
        ("upload_file('/tmp/a', 'inbox', 'b')", set()),
    ],
)
def test_what_asks_for_no_more_is_not(tmp_path: Path, then: str, wanted: set[str]) -> None:
    source = f"{CLIENT}def handler(event, context): s3.{then}\n"
    granted = allow("s3:PutObject", "arn:aws:s3:::inbox/*")
    assert said(prove(tmp_path, source, granted=granted)) == ("likely", wanted, set())


class Held:
    files: Any = boto3.client("s3", region_name="us-east-1")
    bucket: Any = boto3.resource("s3", region_name="us-east-1").Bucket("inbox")


def test_what_a_mock_is_asked_for_besides_is_heard() -> None:
    with recording() as calls, patch.object(Held, "files"), patch.object(Held, "bucket"):
        Held.files.upload_file("a.csv", "inbox", "b", ExtraArgs={"ACL": "public-read"})
        Held.files.download_fileobj("inbox", "b", None, {"VersionId": "1"})
        Held.bucket.upload_file("a.csv", "b", ExtraArgs={"Tagging": "a=b"})
    place = {"Bucket": "inbox", "Key": "b"}
    wanted = [{**place, "ACL": "public-read"}, {**place, "VersionId": "1"}, {**place, "Tagging": "a=b"}]
    assert [dict(each.parameters) for each in calls] == wanted


def test_other_methods_are_no_transfers() -> None:
    assert transfer("put_object", (), {}) is None
    assert transfer("upload_file", (), {}, "ObjectSummary") is None

"""The task's log names a video by its key and repeats nothing of what is in it."""

from pathlib import Path
from typing import Any

import boto3
import pytest

from media_transcoder import __main__ as program
from media_transcoder.domain import Video
from media_transcoder.store import Media
from tests.clips import clip
from tests.handlers.marked import MARK
from tests.handlers.support import Aws, error

pytestmark = pytest.mark.not_deployed("a key outside of the prefix")


def stores(aws: Aws) -> Media:
    for bucket in ("inbox", "results"):
        aws.bucket(bucket)
    aws.table("marks", pk="S", sk="S")
    return program.media_of({"RESULTS_BUCKET": "results", "TABLE_NAME": "marks"})


def test_the_log_holds_no_payload(aws: Aws, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    media, s3 = stores(aws), boto3.client("s3")
    status: Any = {"Status": "Enabled"}
    s3.put_bucket_versioning(Bucket="inbox", VersioningConfiguration=status)
    bodies = {"a.mp4": clip(tmp_path, seconds=1, title=MARK), "b.mp4": f"card\n{MARK}\n".encode()}
    for key, body in bodies.items():
        version = s3.put_object(Bucket="inbox", Key=key, Body=body)["VersionId"]
        assert program.make(media, Video("inbox", key, version), "poster") == 0
    media.dynamodb.meta.events.register_first("before-call", error("ThrottlingException"))
    assert program.make(media, Video("inbox", "a.mp4", "null"), "audio") == program.AGAIN
    said = "".join(capsys.readouterr())
    assert all(each in said for each in ("made", "rejected", "not made"))
    assert MARK not in said

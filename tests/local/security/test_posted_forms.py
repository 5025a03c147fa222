"""Forms that browsers post to a bucket: served to who has one that was signed, and to nobody else."""

from collections.abc import Mapping
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.local.security.conftest import Answer, Send
from wellmade.local.server import LocalCloud

pytestmark = pytest.mark.local

LINE = "\r\n"


def posted(send: Send, fields: Mapping[str, str]) -> Answer:
    parts = [
        f'--x{LINE}Content-Disposition: form-data; name="{name}"{LINE}{LINE}{value}{LINE}'
        for name, value in fields.items()
    ]
    file = (
        f'--x{LINE}Content-Disposition: form-data; name="file"; filename="f"{LINE}{LINE}mine{LINE}--x--{LINE}'
    )
    body = "".join([*parts, file])
    answer: Answer = send("POST", "/ledger", body, Content_Type="multipart/form-data; boundary=x")
    return answer


def form(cloud: LocalCloud, key: str, seconds: int = 60) -> dict[str, Any]:
    fields: dict[str, Any] = cloud.client("s3").generate_presigned_post("ledger", key, ExpiresIn=seconds)[
        "fields"
    ]
    return fields


def test_who_has_a_signed_form_writes_what_it_says(send: Send, cloud: LocalCloud) -> None:
    assert posted(send, form(cloud, "posted.csv")).served
    assert cloud.client("s3").get_object(Bucket="ledger", Key="posted.csv")["Body"].read() == b"mine"


@pytest.mark.parametrize(
    "change",
    [
        dict.fromkeys(("signature", "policy", "AWSAccessKeyId"), None),
        {"signature": "AAAA"},
        {"signature": ""},
        {"key": "another.csv"},
        {"AWSAccessKeyId": "AKIAIOSFODNN7EXAMPLE"},
        {"policy": "e30="},
    ],
)
def test_who_changes_it_writes_nothing(
    send: Send, cloud: LocalCloud, change: Mapping[str, str | None]
) -> None:
    changed = {**form(cloud, "stolen.csv"), **change}

    answer = posted(send, {name: value for name, value in changed.items() if value is not None})

    assert 400 <= answer.status < 500
    for key in ("stolen.csv", "another.csv"):
        with pytest.raises(ClientError):
            cloud.client("s3").head_object(Bucket="ledger", Key=key)


def test_an_old_form_writes_nothing(send: Send, cloud: LocalCloud) -> None:
    assert posted(send, form(cloud, "late.csv", seconds=-5)).status == 403

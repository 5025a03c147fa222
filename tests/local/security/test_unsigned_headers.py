"""Somebody who was given a presigned address, and asks for more with headers of their own."""

import json
from urllib.parse import urlsplit

import boto3
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.client import Config
from botocore.credentials import Credentials
from botocore.httpsession import URLLib3Session

from tests.local.security.conftest import Send
from wellmade.local.server import LocalCloud

pytestmark = pytest.mark.local


@pytest.fixture(scope="module")
def address(cloud: LocalCloud) -> str:
    """By which one object may be put."""
    cloud.client("s3").create_bucket(Bucket="inbox")
    s3 = boto3.client(
        "s3",
        endpoint_url=cloud.endpoint,
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key=cloud.secret_key,
        config=Config(signature_version="s3v4", s3={"addressing_style": "path"}),
    )
    url = urlsplit(s3.generate_presigned_url("put_object", Params={"Bucket": "inbox", "Key": "mine"}))
    return f"{url.path}?{url.query}"


@pytest.mark.parametrize(
    "header",
    [
        {"X_Amz_Copy_Source": "/ledger/january.csv"},
        {"X_Amz_Tagging": "team=admins"},
        {"X_Amz_Storage_Class": "GLACIER"},
    ],
    ids=lambda header: next(iter(header)),
)
def test_an_address_is_for_what_was_signed(
    cloud: LocalCloud, send: Send, address: str, header: dict[str, str]
) -> None:
    answer = send("PUT", address, **header)

    assert (answer.status, "not signed" in answer.body) == (403, True)
    assert "Contents" not in cloud.client("s3").list_objects_v2(Bucket="inbox")


@pytest.mark.parametrize(
    "beside",
    [
        "Nonsense SignedHeaders=host;x-amz-tagging",
        "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/s3/aws4_request, "
        "SignedHeaders=host;x-amz-tagging, Signature=00",
    ],
    ids=["nonsense", "another"],
)
def test_a_header_of_its_own_says_not_what_was_signed(
    cloud: LocalCloud, send: Send, address: str, beside: str
) -> None:
    answer = send("PUT", address, "mine", Authorization=beside, X_Amz_Tagging="team=admins")

    assert answer.status in (400, 403)
    assert "Contents" not in cloud.client("s3").list_objects_v2(Bucket="inbox")


def test_it_serves_who_asks_for_that(send: Send, cloud: LocalCloud, address: str) -> None:
    assert send("PUT", address, "mine", Content_Type="text/plain").served
    cloud.client("s3").delete_object(Bucket="inbox", Key="mine")


def test_an_operation_is_signed_too(cloud: LocalCloud) -> None:
    headers = {"Content-Type": "application/x-amz-json-1.0"}
    request = AWSRequest("POST", cloud.endpoint, headers, json.dumps({"QueueName": "made"}).encode())
    SigV4Auth(Credentials("test", cloud.secret_key), "sqs", "us-east-1").add_auth(request)
    sent = request.prepare()
    sent.headers["X-Amz-Target"] = "AmazonSQS.CreateQueue"

    assert URLLib3Session(proxies={}).send(sent).status_code == 403

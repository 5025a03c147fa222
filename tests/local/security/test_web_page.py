"""A page that the developer opens: it can send what browsers let pages send, and read what the answer shares."""

import json
from urllib.parse import urlsplit

import pytest

from tests.local.security.conftest import Send
from wellmade.local.server import LocalCloud

pytestmark = pytest.mark.local

PAGE = "https://evil.example"
FORGED = (
    "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=test/20260101/us-east-1/lambda/aws4_request"
    "&X-Amz-Date=20260101T000000Z&X-Amz-SignedHeaders=host&X-Amz-Signature=00"
)
FUNCTION = json.dumps(
    {"FunctionName": "evil", "Runtime": "python3.13", "Role": "arn:aws:iam::000000000000:role/x"}
)


def buckets(cloud: LocalCloud) -> list[str]:
    """Return what a reset would take away."""
    return [bucket["Name"] for bucket in cloud.client("s3").list_buckets()["Buckets"]]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/", "Action=CreateQueue&QueueName=evil"),
        ("/?" + FORGED, "Action=CreateTopic&Name=evil&Version=2010-03-31"),
        ("/2015-03-31/functions?" + FORGED, FUNCTION),
        ("/_ministack/config", "{}"),
        ("/_ministack/reset", ""),
    ],
    ids=["queue", "signed-with-the-known-key", "function", "configuration", "reset"],
)
def test_a_simple_post_does_nothing(send: Send, cloud: LocalCloud, path: str, body: str) -> None:
    before = buckets(cloud)

    answer = send("POST", path, body, Origin=PAGE, Content_Type="text/plain", Sec_Fetch_Site="cross-site")

    assert not answer.served
    assert buckets(cloud) == before
    assert "ledger" in before


@pytest.mark.parametrize(
    "path", ["/", "/ledger/january.csv", "/_aws/sqs/messages?QueueUrl=http://localhost/000000000000/orders"]
)
def test_a_page_can_read_nothing(send: Send, path: str) -> None:
    answer = send("GET", path, Origin=PAGE, Sec_Fetch_Site="cross-site")

    assert "a secret" not in answer.body
    assert "ledger" not in answer.body.replace(path, "")
    assert not answer.shared


@pytest.mark.parametrize("path", ["/", "/ledger/january.csv", "/2015-03-31/functions", "/_ministack/health"])
def test_no_preflight_is_granted(send: Send, path: str) -> None:
    answer = send("OPTIONS", path, Origin=PAGE, Access_Control_Request_Method="PUT")

    assert not answer.shared


REBOUND = (
    "evil.example",
    "127.0.0.1.evil.example",
    "localhost.evil.example",
    "evil",
    "localhost.",
    "0.0.0.0",  # noqa: S104 - a name to be refused
)
MISREAD = ("evil@127.0.0.1", "127.0.0.1@evil.example", "evil\\.localhost", "evil.example/.localhost", "[::1")


@pytest.mark.parametrize("host", [*REBOUND, *MISREAD])
def test_a_name_that_was_rebound_to_the_loopback_is_not_served(
    send: Send, cloud: LocalCloud, host: str
) -> None:
    port = cloud.endpoint.rpartition(":")[2]

    for method, path, body in [
        ("GET", "/", ""),
        ("GET", "/_ministack/health", ""),
        ("POST", "/2015-03-31/functions?" + FORGED, FUNCTION),
    ]:
        assert send(method, path, body, Host=f"{host}:{port}").status == 403


def test_an_image_tag_carries_nothing_out(send: Send, cloud: LocalCloud) -> None:
    """A GET without Origin, as for an image; the Query protocol takes its action from the address."""
    before = cloud.client("sqs").list_queues()["QueueUrls"]
    send(
        "GET",
        f"/?Action=CreateQueue&QueueName=evil&{FORGED}",
        Sec_Fetch_Site="cross-site",
        Sec_Fetch_Mode="no-cors",
    )

    assert cloud.client("sqs").list_queues()["QueueUrls"] == before


def test_a_page_of_another_local_program_is_somebody_else_too(send: Send) -> None:
    answer = send("POST", "/", "Action=ListQueues", Origin="http://localhost:3000", Content_Type="text/plain")

    assert not answer.served
    assert not answer.shared


def test_so_is_one_of_an_instance_of_aws(send: Send, cloud: LocalCloud) -> None:
    """Who has one serves pages at any port of it, also at that of this cloud."""
    origin = f"http://ec2-198-51-100-1.compute-1.amazonaws.com:{urlsplit(cloud.endpoint).port}"
    target = "AWSCognitoIdentityProviderService.InitiateAuth"

    answer = send("POST", "/", "{}", Origin=origin, X_Amz_Target=target, Content_Type="text/plain")

    assert (answer.status, "a request of a web page" in answer.body) == (403, True)


def test_the_cors_that_a_bucket_configures_is_kept(send: Send, cloud: LocalCloud) -> None:
    s3 = cloud.client("s3")
    s3.create_bucket(Bucket="shared")
    rule = {"AllowedMethods": ["GET"], "AllowedOrigins": ["https://app.example"]}
    s3.put_bucket_cors(Bucket="shared", CORSConfiguration={"CORSRules": [rule]})

    granted = send("OPTIONS", "/shared/a", Origin="https://app.example", Access_Control_Request_Method="GET")
    refused = send("OPTIONS", "/shared/a", Origin=PAGE, Access_Control_Request_Method="GET")
    s3.delete_bucket(Bucket="shared")

    assert granted.headers["access-control-allow-origin"] == "https://app.example"
    assert not refused.shared


@pytest.mark.parametrize("origin", ["null", "http://[", "http://localhost:x", "http://127.0.0.1", "file://"])
def test_what_is_no_page_of_this_server_is_somebody_else(send: Send, origin: str) -> None:
    answer = send(
        "POST", "/", "Action=ListQueues", Origin=origin, Content_Type="application/x-www-form-urlencoded"
    )

    assert answer.status == 403
    assert "a request of a web page" in answer.body

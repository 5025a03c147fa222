"""Photographs go through a REST API as on AWS, byte for byte or as base64."""

import base64
import http.client
from contextlib import closing
from urllib.parse import urlsplit

import aws_cdk as cdk
import pytest

from tests.local.apps.binaries import BinariesStack
from wellmade.local.deploy import deploy_assembly
from wellmade.local.server import LocalCloud

pytestmark = pytest.mark.local

IMAGE = bytes(range(256)) * 4
TEXT = base64.b64encode(IMAGE)
JPEG, PLAIN = "image/jpeg", "text/plain"


@pytest.fixture(scope="module")
def outputs(cloud: LocalCloud, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("binaries")
    app = cdk.App(outdir=str(folder), analytics_reporting=False)
    BinariesStack(app, "binaries")
    app.synth()
    return deploy_assembly(cloud, folder).outputs["binaries"]


def ask(
    url: str, method: str = "GET", body: bytes = b"", kind: str = JPEG, accept: str = JPEG
) -> tuple[int, bytes]:
    parts = urlsplit(url)
    with closing(http.client.HTTPConnection(parts.netloc, timeout=30)) as connection:
        headers = {"Content-Type": kind, "Accept": accept}
        connection.request(method, parts._replace(scheme="", netloc="").geturl(), body, headers)
        answer = connection.getresponse()
        return answer.status, answer.read()


def kept(cloud: LocalCloud, outputs: dict[str, str], key: str) -> bytes:
    found = cloud.client("s3").get_object(Bucket=outputs["BucketName"], Key=key)
    return bytes(found["Body"].read())


@pytest.mark.parametrize("api", ["ImagesUrl", "EverythingUrl"])
def test_an_image_is_put_and_got_byte_for_byte(cloud: LocalCloud, outputs: dict[str, str], api: str) -> None:
    url = f"{outputs[api]}plain/{api}.jpg"

    assert ask(url, "PUT", IMAGE)[0] == 200
    assert kept(cloud, outputs, f"{api}.jpg") == IMAGE
    assert ask(url) == (200, IMAGE)


@pytest.mark.parametrize(
    ("path", "kind", "body", "expected"),
    [
        ("plain", JPEG, IMAGE, IMAGE),
        ("plain", PLAIN, "Grüße".encode(), "Grüße".encode()),
        ("plain", PLAIN, b"\xff", "\N{REPLACEMENT CHARACTER}".encode()),
        ("text", JPEG, IMAGE, IMAGE),
        ("text", PLAIN, TEXT, IMAGE),
        ("written", JPEG, IMAGE, TEXT),
        ("written", PLAIN, b"a text", b"a text"),
    ],
)
def test_what_a_request_becomes(
    cloud: LocalCloud, outputs: dict[str, str], path: str, kind: str, body: bytes, expected: bytes
) -> None:
    assert ask(f"{outputs['ImagesUrl']}{path}/asked", "PUT", body, kind)[0] == 200

    assert kept(cloud, outputs, "asked") == expected


@pytest.mark.parametrize(
    ("path", "stored", "accept", "expected"),
    [
        ("plain", JPEG, "image/webp,image/*,*/*;q=0.8", IMAGE),
        ("plain", JPEG, PLAIN, TEXT),
        ("text", JPEG, JPEG, TEXT),
        ("text", PLAIN, JPEG, TEXT),
        ("plain", PLAIN, JPEG, IMAGE),
        ("plain", PLAIN, PLAIN, TEXT),
    ],
)
def test_what_an_answer_becomes(
    cloud: LocalCloud, outputs: dict[str, str], path: str, stored: str, accept: str, expected: bytes
) -> None:
    body = IMAGE if stored == JPEG else TEXT
    cloud.client("s3").put_object(Bucket=outputs["BucketName"], Key="answered", Body=body, ContentType=stored)

    assert ask(f"{outputs['ImagesUrl']}{path}/answered", accept=accept) == (200, expected)


def test_a_function_answers_an_image_as_base64(outputs: dict[str, str]) -> None:
    assert ask(f"{outputs['ImagesUrl']}drawn", kind="application/json") == (200, bytes(range(256)))


def test_a_text_that_is_no_base64_becomes_no_bytes(outputs: dict[str, str]) -> None:
    failed = (500, b'{"message": "Internal server error"}')

    assert ask(f"{outputs['ImagesUrl']}text/bad", "PUT", b"no base64!", PLAIN) == failed


def test_a_template_meets_no_bytes(outputs: dict[str, str]) -> None:
    """Where each type is binary, the preflight of CORS fails on AWS, too, unless its body becomes text."""
    assert ask(outputs["EverythingUrl"], "OPTIONS", kind="application/json")[0] == 500

"""Whatever tests do with clients, the calls are heard, and nothing but names is written."""

import json
from typing import Any

import pytest

from tests.other_pytest import run_pytest

HANDLER = """
import os
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO

import boto3

TABLE = os.environ.get("TABLE", "")
s3 = boto3.client("s3", region_name="us-east-1", aws_access_key_id="k", aws_secret_access_key="s")
table = boto3.resource("dynamodb", region_name="us-east-1").Table(TABLE or "none")


def handler(event, context):
    if event == "transfer":
        s3.upload_fileobj(BytesIO(b"x"), "inbox", "a")
    elif event == "pool":
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(lambda key: s3.head_object(Bucket="inbox", Key=key), ["a"]))
    elif event == "made":
        client = boto3.client("sqs")
        client.send_message(QueueUrl=os.environ["QUEUE_URL"], MessageBody="a private body")
        pages = boto3.client("s3").get_paginator("list_objects_v2")
        list(pages.paginate(Bucket="inbox"))
    elif event == "answered":
        s3.list_objects(Bucket="inbox")
    elif event == "listed":
        s3.list_parts(Bucket="inbox", Key="a", UploadId="u")
    elif event == "table":
        table.put_item(Item={"pk": "1"})
    elif event == "resource":
        boto3.resource("dynamodb").Table("orders").get_item(Key={"pk": "1"})
    elif event == "signed":
        from botocore.auth import SigV4Auth
        from botocore.awsrequest import AWSRequest
        from botocore.credentials import Credentials

        request = AWSRequest("GET", "https://abc.execute-api.us-east-1.amazonaws.com/prod/orders?x=1")
        SigV4Auth(Credentials("k", "s"), "execute-api", "us-east-1").add_auth(request)
"""
SETTINGS = '[tool.pytest.ini_options]\npythonpath = ["."]\n'
BESIDE = """
import boto3

def handler(event, context):
    boto3.client("s3").generate_presigned_url("get_object", Params={"Bucket": "inbox", "Key": "a"})
"""
HEAD = """
import os, sys
os.environ.update(AWS_ACCESS_KEY_ID="k", AWS_SECRET_ACCESS_KEY="s3cr3t", AWS_DEFAULT_REGION="us-east-1")
os.environ.update(TABLE="rows", QUEUE_URL="https://sqs.us-east-1.amazonaws.com/1/jobs", DB_PASSWORD="hunter2")
os.environ.update(PLAIN="a private value", API_TOKEN="inbox")
import boto3, pytest, unittest
from unittest.mock import MagicMock, patch
from moto import mock_aws
from src.app import handler
"""
TESTS = """
def mocked(event):
    with mock_aws():
        s3 = boto3.client("s3")
        s3.create_bucket(Bucket="inbox")
        s3.put_object(Bucket="inbox", Key="a", Body=b"")
        handler(event, None)

def test_transfer(): mocked("transfer")

def test_pool(): mocked("pool")

@patch("boto3.client")
def test_made(client):
    client.return_value = MagicMock()
    handler("made", None)

@patch("src.app.table")
def test_table(table): handler("table", None)

@patch("src.app.boto3")
def test_module(boto): handler("resource", None)

@patch("boto3.resource")
def test_resource(made): handler("resource", None)

def test_method():
    with patch("botocore.client.BaseClient._make_api_call", new=lambda self, name, given: {}):
        handler("pool", None)

def test_method_as_mock():
    with patch("botocore.client.BaseClient._make_api_call", return_value={}) as made:
        handler("answered", None)
    made.assert_called_once_with("ListObjects", {"Bucket": "inbox"})

def test_method_of_a_client():
    from src import app
    with patch.object(app.s3, "_make_api_call", return_value={}):
        handler("listed", None)

def test_beside():
    sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "other"))
    import beside
    beside.handler(None, None)

class TestCase(unittest.TestCase):
    @patch("src.app.s3")
    def test_case(self, s3): handler("transfer", None)

def test_signed(): handler("signed", None)

def test_failing():
    handler("signed", None)
    assert False

os.environ["TABLE"] = "other"
"""


@pytest.fixture(scope="module", params=[(), ("-n", "1")], ids=["alone", "xdist"])
def recorded(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Run the tests of a small project under the recorder, and return what was written."""
    folder = tmp_path_factory.mktemp("project")
    files = {"src/app.py": HANDLER, "tests/test_app.py": HEAD + TESTS, "pyproject.toml": SETTINGS}
    files["other/beside.py"] = BESIDE
    for name, text in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)
    done = run_pytest(folder, "tests", "--record-calls", "calls.json", *request.param)
    assert (folder / "calls.json").exists(), done.stdout + done.stderr
    found: dict[str, Any] = json.loads((folder / "calls.json").read_text())
    for each in found["calls"]:
        each["frames"] = found["stacks"][each["frames"]]
    return found


def heard(document: dict[str, Any], test: str) -> list[dict[str, Any]]:
    """Return the calls of one test with the handler on their stack."""
    return [
        each
        for each in document["calls"]
        if ["src/app.py", "handler"] in [frame[:2] for frame in each["frames"]]
        and any(function.endswith(test) for _, function, _ in each["frames"])
    ]


@pytest.mark.parametrize(
    ("test", "operations"),
    [
        ("test_transfer", ["s3:PutObject"]),
        ("test_pool", ["s3:HeadObject"]),
        ("test_made", ["sqs:SendMessage", "s3:ListObjectsV2"]),
        ("test_table", ["dynamodb:PutItem"]),
        ("test_module", ["dynamodb:GetItem"]),
        ("test_resource", ["dynamodb:GetItem"]),
        ("test_method", ["s3:HeadObject"]),
        ("test_method_as_mock", ["s3:ListObjects"]),
        ("test_method_of_a_client", ["s3:ListParts"]),
        ("test_case", ["s3:PutObject"]),
        ("test_signed", ["execute-api:SignedRequest"]),
        ("test_failing", ["execute-api:SignedRequest"]),
    ],
)
def test_calls_are_heard_however_they_are_made(
    recorded: dict[str, Any], test: str, operations: list[str]
) -> None:
    assert [f"{each['service']}:{each['operation']}" for each in heard(recorded, test)] == operations


def test_what_a_resource_acts_on_is_known_of_its_stand_in(recorded: dict[str, Any]) -> None:
    tables = [each["parameters"]["TableName"] for test in ("table", "module", "resource")
              for each in heard(recorded, f"test_{test}")]  # fmt: skip
    assert tables == ["rows", "orders", "orders"]


def test_a_file_has_one_path_however_it_was_imported(recorded: dict[str, Any]) -> None:
    files = {file for each in recorded["calls"] for file, _, _ in each["frames"]}
    assert files == {"src/app.py", "other/beside.py", "tests/test_app.py"}


def test_what_is_read_during_collection_is_joined(recorded: dict[str, Any]) -> None:
    read = recorded["variables"]["src/app.py"]
    assert read == {"QUEUE_URL": ["https://sqs.us-east-1.amazonaws.com/1/jobs"], "TABLE": ["rows"]}


def test_a_query_of_an_address_is_left_out(recorded: dict[str, Any]) -> None:
    [signed] = heard(recorded, "test_signed")
    assert signed["parameters"]["Url"] == "https://abc.execute-api.us-east-1.amazonaws.com/prod/orders"


def test_no_value_is_written_that_is_no_name(recorded: dict[str, Any]) -> None:
    written = json.dumps(recorded)
    for secret in ("s3cr3t", "hunter2", "a private value", "API_TOKEN", "a private body"):
        assert secret not in written


def test_failing_tests_are_named(recorded: dict[str, Any]) -> None:
    assert recorded["failed"] == ["tests/test_app.py::test_failing"]

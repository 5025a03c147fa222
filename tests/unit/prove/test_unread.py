"""What code calls in a way that nobody reads is not judged, and never taken for no call."""

import json
from pathlib import Path

import pytest

from tests.unit.prove.cases import LOG, function, role
from tests.unit.prove.support import Document, allow, call, document, record
from wellmade.graph import load
from wellmade.prove.every import Proofs
from wellmade.prove.proof import Proof
from wellmade.prove.reading import python
from wellmade.prove.recordings import read
from wellmade.prove.settings import Settings

READS = allow("s3:GetObject", "arn:aws:s3:::inbox/*")
S3 = "import boto3\ns3 = boto3.client('s3')\n"
READ = "def handler(event, context): s3.get_object(Bucket='inbox', Key='a')\n"

UNREAD: dict[str, tuple[str, str]] = {
    "a library with a client of its own": (
        "from pynamodb.models import Model\nclass Row(Model): ...\n"
        "def handler(event, context): return Row.get('a')\n",
        "pynamodb",
    ),
    "a library that may call anything": (
        "import awswrangler as wr\ndef handler(event, context): return wr.s3.list_objects('s3://a')\n",
        "awswrangler",
    ),
    "a file of S3 that pandas opens": (
        "import pandas as pd\ndef handler(event, context): return pd.read_csv(f's3://inbox/{event}')\n",
        "read_csv",
    ),
    "a request that is signed by hand": (
        "from botocore.auth import SigV4Auth\n"
        "def handler(event, context): SigV4Auth(event, 'appsync', 'us-east-1').add_auth(event)\n",
        "SigV4Auth",
    ),
    "the extension for secrets": (
        "from urllib.request import urlopen\n"
        "def handler(event, context): return urlopen('http://localhost:2773/secretsmanager/get?secretId=a')\n",
        "secretsmanager by the extension for parameters and secrets",
    ),
    "the command line": (
        "import subprocess\ndef handler(event, context): subprocess.run(['aws', 's3', 'ls'])\n",
        "the command line of AWS",
    ),
    "a module that a value names": (
        "import importlib\ndef handler(event, context): importlib.import_module(event).go()\n",
        "what import_module loads",
    ),
    "a method that a value names": (
        S3 + "def handler(event, context): getattr(s3, event)(Bucket='inbox')\n",
        "a method of s3",
    ),
    "a method that a value names, of a client that was handed over": (
        S3 + "class Store:\n    def __init__(self, client): self.held = client\n"
        "    def go(self, name): return getattr(self.held, name)(Bucket='inbox')\n"
        "def handler(event, context): return Store(s3).go(event)\n",
        "a method that a value names",
    ),
    "a waiter that a value names": (
        "import boto3\ndef handler(event, context): boto3.client('ec2').get_waiter(event).wait()\n",
        "get_waiter of ec2",
    ),
    "a token for a database": (
        "import boto3\nrds = boto3.client('rds')\n"
        "def handler(event, context): return rds.generate_db_auth_token('h', 1, 'u')\n",
        "generate_db_auth_token of rds",
    ),
    "a copy by a resource of S3": (
        "import boto3\ndef handler(event, context): boto3.resource('s3').Object('inbox', 'a').copy(event)\n",
        "copy of s3",
    ),
    "a client of which no call is read": (
        "import boto3\ncache = Cache(boto3.client('secretsmanager'))\n"
        "def handler(event, context): return cache.get('a')\n",
        "a client of secretsmanager",
    ),
    "a client of botocore's own session": (
        "from botocore.session import get_session\n"
        "cache = Cache(get_session().create_client('secretsmanager'))\n"
        "def handler(event, context): return cache.get('a')\n",
        "a client of secretsmanager",
    ),
    "a client of a service that a class is told": (
        "import boto3\nclass Base:\n    def __init__(self, name): self.it = boto3.client(name)\n"
        "class Reader(Base):\n    def go(self): return self.it.get_object(Bucket='inbox', Key='a')\n"
        "def handler(event, context): return Reader('s3').go()\n",
        "a client of a service that is a value",
    ),
    "a provider of Powertools": (
        "from aws_lambda_powertools.utilities.parameters import SSMProvider\n"
        "def handler(event, context): return SSMProvider().get('/a')\n",
        "SSMProvider",
    ),
}


def prove(folder: Path, source: str, *calls: Document, granted: Document = READS) -> Proof:
    """Return what is said of a function with this source, and with these calls of its tests."""
    file = folder / "mine" / "handler.py"
    file.parent.mkdir(exist_ok=True)
    file.write_text(source)
    resources = {
        "Worker": function(),
        "Role": role(Policies=[{"PolicyName": "Handler", "PolicyDocument": document(LOG, granted)}]),
    }
    template = folder / "template.json"
    template.write_text(json.dumps({"Resources": resources}))
    recorded = read(record(folder, *calls))
    [proof] = Proofs(load([template]), recorded, Settings(folder)).every()["functions"]
    return proof


@pytest.mark.parametrize("name", UNREAD)
def test_it_is_a_row_of_its_own(tmp_path: Path, name: str) -> None:
    source, what = UNREAD[name]
    proof = prove(tmp_path, source, granted=LOG)
    assert proof.verdict == "not judged"
    assert what in [each.what for each in proof.report.not_judged]


@pytest.mark.parametrize("name", ["a library that may call anything", "the command line"])
def test_what_may_be_anything_may_use_any_grant(tmp_path: Path, name: str) -> None:
    assert prove(tmp_path, UNREAD[name][0]).report.unused == []


def test_of_a_library_for_one_service_no_grant_of_another_is_used(tmp_path: Path) -> None:
    proof = prove(tmp_path, UNREAD["a library with a client of its own"][0])
    assert [each.action for each in proof.report.unused] == ["s3:GetObject"]


LINE = 4


@pytest.mark.parametrize(("library", "verdict"), [("pynamodb", "not proven"), ("pydynox", "not judged")])
def test_what_tests_hear_of_a_library_is_known(tmp_path: Path, library: str, verdict: str) -> None:
    """Calls by way of boto3 are heard; those of a client that is no boto3's are not."""
    source = f"import {library}\n{S3}{READ}"
    asked = call("dynamodb", "GetItem", TableName="rows")
    read_one = call("s3", "GetObject", Bucket="inbox", Key="a") | {
        "frames": [["mine/handler.py", "handler", LINE]]
    }
    heard = [read_one, asked] if library == "pynamodb" else [read_one]
    assert prove(tmp_path, source, *heard).verdict == verdict


def test_a_library_that_the_tests_replaced_is_not_judged(tmp_path: Path) -> None:
    source = (
        "from aws_lambda_powertools.utilities import parameters\n" + S3
        + "def handler(event, context): s3.get_object(Bucket='inbox', Key=parameters.get_secret('prod/key'))\n"
    )  # fmt: skip
    heard = call("s3", "GetObject", Bucket="inbox", Key="a") | {
        "frames": [["mine/handler.py", "handler", LINE]]
    }
    proof = prove(tmp_path, source, heard)
    assert (proof.verdict, proof.report.denied) == ("not judged", [])


@pytest.mark.parametrize(
    "source",
    [
        "from aws_lambda_powertools import Logger\nfrom types import SimpleNamespace as S3Object\n"
        + S3
        + READ
        + "S3Object()\n",
        S3 + READ,
        "import boto3\ndef client(name): return boto3.client(name)\n"
        "def handler(event, context): client('s3').get_object(Bucket='inbox', Key='a')\n",
        S3 + "class Router:\n    def on_a(self): return s3.get_object(Bucket='inbox', Key='a')\n"
        "    def go(self, name): return getattr(self, f'on_{name}')()\n"
        "def handler(event, context): return Router().on_a() or Router().go(event)\n",
        S3 + "KNOWN = {}\ndef keep(each):\n    KNOWN[each.__name__] = each\n    return each\n"
        "@keep\ndef a(): return s3.get_object(Bucket='inbox', Key='a')\n"
        "def handler(event, context): return KNOWN[event]()\n",
    ],
    ids=["another S3Object", "plain", "by a function", "a router", "a table of functions"],
)
def test_what_is_read_is_no_row(tmp_path: Path, source: str) -> None:
    assert prove(tmp_path, source).verdict == "likely"


def test_a_waiter_calls_what_it_waits_for(tmp_path: Path) -> None:
    source = "import boto3\ndef handler(event, context): boto3.client('ec2').get_waiter('instance_running').wait()\n"
    proof = prove(tmp_path, source, granted=LOG)
    assert [each.action for each in proof.report.denied] == ["ec2:DescribeInstances"]


def test_a_client_that_only_other_functions_use_is_no_row(tmp_path: Path) -> None:
    source = S3 + "sqs = boto3.client('sqs')\ndef other(): sqs.list_queues()\n" + READ
    assert prove(tmp_path, source).verdict == "likely"


def test_a_library_that_needs_a_variable_to_call_is_a_row_where_it_is_set(tmp_path: Path) -> None:
    (tmp_path / "handler.py").write_text(f"import datadog_lambda\n{S3}{READ}")
    _, unread = python.read(tmp_path / "handler.py", "handler", (tmp_path,))
    assert {(each.needs, each.services) for each in unread} == {
        ("DD_API_KEY_SECRET_ARN", ("secretsmanager",)),
        ("DD_API_KEY_SSM_NAME", ("ssm",)),
        ("DD_KMS_API_KEY", ("kms",)),
    }

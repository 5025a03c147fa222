"""What changes whose rights the SDK calls with, or asks for more than its line says, is never proven."""

from pathlib import Path

import pytest

from tests.unit.prove.cases import LOG, function, get, prove, role, said
from tests.unit.prove.support import Document, allow, call, deny, document
from tests.unit.prove.test_adversary import (
    EVERYBODY,
    OBJECTS,
    READ,
    READS,
    TESTED,
    app,
    bucket_policy,
    when,
)  # fmt: skip
from tests.unit.prove.test_scripts_in_disguise import S3 as SCRIPT
from tests.unit.prove.test_scripts_in_disguise import source, verdict
from tests.unit.prove.test_unread import S3
from tests.unit.prove.test_unread import prove as prove_python

H = "def handler(event, context):\n    s3.get_object(Bucket='inbox', Key='a')\n"
PYTHON: dict[str, str] = {
    "a region that the code sets": "import os\nos.environ['AWS_DEFAULT_REGION'] = 'eu-west-3'\n" + S3 + H,
    "a region among others": "import os\nos.environ.update(AWS_REGION='eu-west-3')\n" + S3 + H,
    "a region in a dictionary": "import os\nos.environ.update({'AWS_REGION': 'eu-west-3'})\n" + S3 + H,
    "a profile": "import os\nos.environ.setdefault('AWS_PROFILE', 'other')\n" + S3 + H,
    "a profile for the process": "import os\nos.putenv('AWS_PROFILE', 'other')\n" + S3 + H,
    "keys of another role": S3 + "import os\n" + H + "    os.environ['AWS_SESSION_TOKEN'] = event['t']\n",
    "a default session": S3 + "boto3.setup_default_session(profile_name='other')\n" + H,
    "requests without a signature": "import boto3\nfrom botocore import UNSIGNED\nfrom botocore.config import Config\n"
    "s3 = boto3.client('s3', config=Config(signature_version=UNSIGNED))\n" + H,
    "credentials of a session": S3 + H + "    go(boto3.Session().get_credentials().secret_key)\n",
    "credentials of the environment": S3 + "import os\n" + H + "    go(os.environ['AWS_SECRET_ACCESS_KEY'])\n",
    "credentials of an instance": S3 + H + "    go('http://169.254.169.254/latest/meta-data/iam/security-credentials/')\n",
    "credentials of a task": S3 + "import os\n" + H + "    go(os.environ['AWS_CONTAINER_CREDENTIALS_RELATIVE_URI'])\n",
    "a signer": S3 + "from botocore.signers import RequestSigner\n" + H + "    RequestSigner('e', 'r', 'elasticache', 'v4', 1, 2).generate_presigned_url({})\n",
    "a signer by another name": S3 + "from botocore.signers import RequestSigner as Signs\n" + H + "    Signs('e', 'r', event['s'], 'v4', 1, 2).generate_presigned_url({})\n",
    "the agent of AppConfig": S3 + H + "    go('http://localhost:2772/applications/a/environments/b/configurations/c')\n",
    "the agent of AppConfig by a value": S3 + H + "    go(f'http://localhost:2772/applications/{event}/environments/b')\n",
    "a store of records by another name": S3 + "from aws_lambda_powertools.utilities.idempotency import DynamoDBPersistenceLayer as Store, idempotent\n"
    "@idempotent(persistence_store=Store(table_name='t'))\n" + H,
    "a parameter by another name": S3 + "from aws_lambda_powertools.utilities.parameters import (\n    get_parameter as read,\n)\n" + H + "    read('/a')\n",
    "a module of parameters by another name": S3 + "from aws_lambda_powertools.utilities import parameters as p\n" + H + "    p.get_secret('a')\n",
    "a table that the event names": S3 + "import pandas as pd\n" + H + "    pd.read_csv(event['path'])\n",
    "a table that a variable names": S3 + "import os\nimport polars as pl\n" + H + "    pl.scan_parquet(os.environ['TABLE'])\n",
    "a database that is Athena": S3 + "from sqlalchemy import create_engine\n" + H + "    create_engine('awsathena+rest://@athena.eu-west-1.amazonaws.com/db')\n",
}  # fmt: skip
SCRIPTS: dict[str, tuple[str, str]] = {
    "a region that the code sets": ('process.env.AWS_REGION = "eu-west-3";\n' + SCRIPT, ""),
    "a region by its key": ('process.env["AWS_DEFAULT_REGION"] = "eu-west-3";\n' + SCRIPT, ""),
    "keys of another role": (SCRIPT, "process.env.AWS_ACCESS_KEY_ID = e.k;"),
    "a whole environment": ('Object.assign(process.env, { AWS_PROFILE: "x" });\n' + SCRIPT, ""),
    "the configuration of the old SDK": ('const AWS = require("aws-sdk");\nAWS.config.update({ region: "eu-west-3" });\n' + SCRIPT, ""),
    "credentials of the old SDK": ('const AWS = require("aws-sdk");\nAWS.config.credentials = get();\n' + SCRIPT, ""),
    "keys of a client of the old SDK": ('const AWS = require("aws-sdk");\nconst o = new AWS.S3({ accessKeyId: "a", secretAccessKey: "b" });\n' + SCRIPT, 'await o.getObject({ Bucket: "inbox", Key: "a" }).promise();'),
    "credentials of the environment": (SCRIPT, "go(process.env.AWS_SECRET_ACCESS_KEY);"),
    "credentials of a client": (SCRIPT, "const c = await s3.config.credentials(); go(c.secretAccessKey);"),
    "credentials of a task": (SCRIPT, 'await fetch("http://169.254.170.2" + process.env.AWS_CONTAINER_CREDENTIALS_RELATIVE_URI);'),
    "the agent of AppConfig": (SCRIPT, "await fetch(`http://localhost:2772/applications/${e.a}/environments/b/configurations/c`);"),
    "a form that uploads": (SCRIPT + 'import { createPresignedPost } from "@aws-sdk/s3-presigned-post";\n', 'await createPresignedPost(s3, { Bucket: "inbox", Key: "b" });'),
    "a command in another alphabet": (SCRIPT.replace("PutObjectCommand", "PutObjectCommand as Écrire"), 'await s3.send(new Écrire({ Bucket: "inbox", Key: "b" }));'),
    "compiled code": (SCRIPT, 'process.dlopen({}, "x.node");'),
    "a compiled module": (SCRIPT + 'const a = require("./native.node");\n', "a.put();"),
    "a function from a text": (SCRIPT, '(async () => {}).constructor("x")();'),
}  # fmt: skip


@pytest.mark.parametrize("name", PYTHON)
def test_python_is_not_proven(tmp_path: Path, name: str) -> None:
    assert prove_python(tmp_path, PYTHON[name]).verdict in ("not judged", "not proven")


@pytest.mark.parametrize("name", SCRIPTS)
def test_scripts_are_not_proven(tmp_path: Path, name: str) -> None:
    assert verdict(tmp_path / "read", source(*SCRIPTS[name])) in ("not judged", "not proven")


@pytest.mark.parametrize("text", [
    S3 + "import os\n" + H + "    os.environ['MODE'] = 'x'\n    return os.environ['AWS_REGION']\n",
    S3 + "import io\nimport pandas as pd\n" + H + "    pd.read_csv(io.StringIO('a'))\n    pd.read_csv('/tmp/a.csv')\n",
    S3 + "import json\n" + H + "    json.to_json(event['a'])\n",
], ids=["another variable", "a table in memory", "no table"])  # fmt: skip
def test_what_changes_nothing_is_no_row(tmp_path: Path, text: str) -> None:
    assert prove_python(tmp_path, text).verdict == "likely"


def test_a_grant_that_says_who_signs_tells_what_is_signed(tmp_path: Path) -> None:
    text = S3 + "from botocore.signers import RequestSigner\n" + H
    text += "    RequestSigner('e', 'r', 'elasticache', 'v4', 1, 2).generate_presigned_url({})\n"
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/handler.py").write_text(text)
    grants = role(LOG, allow("s3:GetObject", "arn:aws:s3:::inbox/*"), allow("elasticache:Connect", "*"))
    assert prove(tmp_path, {"Worker": function(), "Role": grants}).verdict == "not judged"
    calls = [{"actions": ["elasticache:Connect"], "calledBy": "the login, which signs by itself"}]
    told = {**grants, "Metadata": {"wellmade": {"calls": calls}}}
    assert said(prove(tmp_path, {"Worker": function(), "Role": told})) == ("likely", set(), set())


MAPPING = "AWS::Lambda::EventSourceMapping"


def polls(**properties: object) -> Document:
    access = [{"Type": "BASIC_AUTH", "URI": "arn:aws:secretsmanager:us-east-1:123456789012:secret:a"}]
    body = {"FunctionName": {"Ref": "Worker"}, "SourceAccessConfigurations": access, **properties}
    return {"Type": MAPPING, "Properties": body}


DENIED: dict[str, tuple[dict[str, Document], Document, str]] = {
    "a secret behind a parameter": (
        app(allow("ssm:GetParameter", "*")),
        call("ssm", "GetParameter", Name="/aws/reference/secretsmanager/s", WithDecryption=True),
        "secretsmanager:GetSecretValue",
    ),
    "a policy of a stream": (
        app(allow("kinesis:PutRecord", get("Stream")), Stream={"Type": "AWS::Kinesis::Stream", "Properties": {"Name": "s"}},
            Policy={"Type": "AWS::Kinesis::ResourcePolicy", "Properties": {
                "ResourceArn": get("Stream"), "ResourcePolicy": document(deny("kinesis:*", "*", **EVERYBODY))}}),
        call("kinesis", "PutRecord", StreamName="s", Data="x", PartitionKey="a"),
        "kinesis:PutRecord",
    ),
    "a broker that is polled": (
        app(READS, Polls=polls(EventSourceArn="arn:aws:mq:us-east-1:123456789012:broker:a:b-1", Queues=["q"])),
        READ, "mq:DescribeBroker",
    ),
    "a broker in a network": (
        app(READS, Polls=polls(EventSourceArn="arn:aws:mq:us-east-1:123456789012:broker:a:b-1", Queues=["q"])),
        READ, "ec2:CreateNetworkInterface",
    ),
    "a stream of documents": (
        app(READS, Polls=polls(EventSourceArn="arn:aws:rds:us-east-1:123456789012:cluster:a")),
        READ, "rds:DescribeDBClusters",
    ),
    "a function that goes on where it stopped": (
        app(READS, function_={"DurableConfig": {"ExecutionTimeout": 60}}), READ, "lambda:CheckpointDurableExecution",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", DENIED)
def test_what_a_call_or_a_service_needs_besides_is_denied(tmp_path: Path, name: str) -> None:
    resources, made, action = DENIED[name]
    assert action in said(prove(tmp_path, resources, made, variables=TESTED))[1]


@pytest.mark.parametrize(("version", "wanted"), [("1.2", "proven"), ("1.3", "not judged")])
def test_the_version_of_tls_is_at_least_1_2(tmp_path: Path, version: str, wanted: str) -> None:
    older = deny("s3:*", OBJECTS, **EVERYBODY, **when("NumericLessThan", "s3:TlsVersion", version))
    proof = prove(tmp_path, app(READS, **bucket_policy(older)), READ, variables=TESTED)
    assert said(proof) == (wanted, set(), set())

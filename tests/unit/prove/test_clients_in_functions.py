"""A client whose calls nobody reads leaves its function open, whatever else the tests heard."""

from pathlib import Path
from typing import Any

import pytest

from tests.unit.prove.cases import LOG, function, role
from tests.unit.prove.cases import prove as prove_stack
from tests.unit.prove.support import Document, call
from tests.unit.prove.test_unread import LINE, READS, S3, prove

READ = "    s3.get_object(Bucket='inbox', Key='a')\n"
PASSED: dict[str, tuple[str, str]] = {
    "a function hands it to a library": (
        S3 + "def handler(event, context):\n" + READ
        + "    return Cache(boto3.client('secretsmanager')).get('a')\n",
        "a client of secretsmanager",
    ),
    "a library is given it by name": (
        S3 + "def handler(event, context):\n" + READ
        + "    return Cache(client=boto3.client('secretsmanager')).get('a')\n",
        "a client of secretsmanager",
    ),
    "its service is a value": (
        S3 + "def handler(event, context):\n" + READ + "    return boto3.client(event['of']).list_queues()\n",
        "a client of a service that is a value",
    ),
    "a class is told its service, and another its own": (
        S3 + "def handler(event, context):\n" + READ
        + "    return Base('sqs').it.list_queues(), Base('s3').it.list_buckets()\n"
        "class Base:\n    def __init__(self, name): self.it = boto3.client(name)\n",
        "a client of sqs",
    ),
    "a client beside it is read": (
        S3 + "def handler(event, context):\n" + READ + "    return Files(s3).all()\n",
        "a client of s3",
    ),
    "it stands in a list": (
        S3 + "def handler(event, context):\n" + READ + "    return Files([s3]).all()\n",
        "a client of s3",
    ),
    "it stands among arguments by name": (
        S3 + "def handler(event, context):\n" + READ + "    return Files(**{'client': s3}).all()\n",
        "a client of s3",
    ),
    "a session is given": (
        S3 + "def handler(event, context):\n" + READ + "    return Files(boto3.Session()).all()\n",
        "a session",
    ),
    "a session is given by its name": (
        S3 + "def handler(event, context):\n" + READ + "    return Files(it=mine).all()\nmine = boto3.Session()\n",
        "a session",
    ),
    "what makes clients is kept": (
        S3 + "def handler(event, context):\n" + READ + "    return Files(make('sqs')).all()\nmake = boto3.client\n",
        "a client of a service that is a value",
    ),
}  # fmt: skip


def heard(service: str = "s3", operation: str = "GetObject", line: int = LINE, **parameters: str) -> Document:
    named = parameters or {"Bucket": "inbox", "Key": "a"}
    return call(service, operation, **named) | {"frames": [["mine/handler.py", "handler", line]]}


@pytest.mark.parametrize("name", PASSED)
def test_it_is_not_judged_though_tests_heard_another(tmp_path: Path, name: str) -> None:
    source, what = PASSED[name]
    proof = prove(tmp_path, source, heard())
    assert proof.verdict == "not judged"
    assert what in [each.what for each in proof.report.not_judged]


@pytest.mark.parametrize(
    "name", ["a function hands it to a library", "a class is told its service, and another its own"]
)
def test_what_tests_hear_of_it_is_known(tmp_path: Path, name: str) -> None:
    source, what = PASSED[name]
    service, operation = (
        ("sqs", "ListQueues") if what.endswith("sqs") else ("secretsmanager", "GetSecretValue")
    )
    proof = prove(tmp_path, source, heard(), heard(service, operation, LINE + 1, SecretId="a"))
    assert what not in [each.what for each in proof.report.not_judged]


@pytest.mark.parametrize(
    "source",
    [
        S3 + "def handler(event, context):\n" + READ + "    return Files(s3).all()\n"
        "class Files:\n    def __init__(self, files): self.files = files\n"
        "    def all(self): return self.files.get_object(Bucket='inbox', Key='a')\n",
        S3 + "def handler(event, context):\n" + READ + "    print(s3)\n",
        S3
        + "def one(files: boto3.client) -> None: ...\ndef handler(event, context):\n"
        + READ
        + "    one([s3])\n",
        S3 + "from concurrent.futures import ThreadPoolExecutor\n"
        "def one(files, key): return files.get_object(Bucket='inbox', Key=key)\n"
        "def handler(event, context):\n"
        "    with ThreadPoolExecutor() as pool: pool.submit(one, s3, 'a')\n",
    ],
    ids=["a class of one's own", "a function of Python", "an annotation", "a pool"],
)
def test_a_client_that_is_read_where_it_goes_is_no_row(tmp_path: Path, source: str) -> None:
    assert prove(tmp_path, source).verdict == "likely"


def test_of_a_script_too(tmp_path: Path) -> None:
    (tmp_path / "app.ts").write_text(
        'import { S3Client, GetObjectCommand } from "@aws-sdk/client-s3";\n'
        'import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";\nconst s3 = new S3Client({});\n'
        "export const handler = async () => {\n"
        "  const secret = await new Cache(new SecretsManagerClient({})).get();\n"
        '  return s3.send(new GetObjectCommand({ Bucket: "inbox", Key: secret }));\n};\n'
    )
    worker = function(Runtime="nodejs24.x", Handler="app.handler")
    asked = call("s3", "GetObject", Bucket="inbox", Key="a") | {"frames": [["app.ts", "handler", 6]]}
    proof = prove_stack(tmp_path, {"Worker": worker, "Role": role(LOG, READS)}, asked)
    assert proof.verdict == "not judged"
    assert [each.what for each in proof.report.not_judged] == ["a client of secretsmanager"]


OPTIONAL = (
    S3 + "import os\nNAME = 'QUEUE_OF_LARGE'\n"
    "def large(environment):\n    queue = environment.get(NAME)\n    if not queue:\n        return None\n"
    "    return Large(boto3.client('sqs'), queue)\n"
    "def handler(event, context):\n    large(os.environ)\n" + READ
)  # fmt: skip


@pytest.mark.parametrize(
    ("variables", "verdict"), [({}, "proven"), ({"QUEUE_OF_LARGE": "jobs"}, "not judged")]
)
def test_what_needs_a_variable_that_no_template_sets_never_runs(
    tmp_path: Path, variables: dict[str, str], verdict: str
) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "handler.py").write_text(OPTIONAL)
    worker = function(Environment={"Variables": variables})
    line = OPTIONAL.splitlines().index(READ.rstrip()) + 1
    assert prove_stack(tmp_path, {"Worker": worker, "Role": role(LOG, READS)}, heard(line=line)).verdict == (
        verdict
    )


OWN = "def large():\n    if not os.environ.get('Q'):\n        return None\n    return "
RUN = {
    "a value stands in for it": (
        "def large(environment):\n    queue = environment.get('Q')\n    queue = queue or 'jobs'\n"
        "    if not queue:\n        return None\n    return Large(boto3.client('sqs'), queue)\n",
        "large(os.environ)",
    ),
    "the event may tell it": (
        "def large(environment, event):\n    queue = environment.get('Q')\n"
        "    if event:\n        queue = event['queue']\n"
        "    if not queue:\n        return None\n    return Large(boto3.client('sqs'), queue)\n",
        "large(os.environ, event)",
    ),
    "the runtime sets it": (
        OWN.replace("'Q'", "'AWS_LAMBDA_FUNCTION_NAME'") + "Large(boto3.client('sqs'))\n",
        "large()",
    ),
    "another function makes one without it": (
        OWN + "boto3.client('sqs')\ndef small():\n    return boto3.client('sqs')\n",
        "large(), small()",
    ),
    "another function makes one, and this one is given away": (
        OWN + "Large(boto3.client('sqs'))\ndef small():\n    return boto3.client('sqs')\n",
        "large(), small()",
    ),
    "something else has it": (
        "def large(event):\n    event.q = os.environ.get('Q')\n    if not context.q:\n        return None\n"
        "    return Large(boto3.client('sqs'))\n",
        "large(event)",
    ),
    "the code sets it": ("os.environ.setdefault('Q', 'a')\n" + OWN + "Large(boto3.client('sqs'))\n", "large()"),
}  # fmt: skip


def judged(folder: Path, source: str, **properties: Any) -> str:
    (folder / "mine").mkdir()
    (folder / "mine" / "handler.py").write_text(source)
    line = source.splitlines().index(READ.rstrip()) + 1
    worker = function(**properties)
    return prove_stack(folder, {"Worker": worker, "Role": role(LOG, READS)}, heard(line=line)).verdict


@pytest.mark.parametrize("name", RUN)
def test_what_runs_without_the_variable_is_a_row(tmp_path: Path, name: str) -> None:
    source, called = RUN[name]
    source = f"{S3}import os\n{source}def handler(event, context):\n    {called}\n{READ}"
    assert judged(tmp_path, source) == "not judged"


def test_an_image_may_set_variables_of_its_own(tmp_path: Path) -> None:
    assert judged(tmp_path, OPTIONAL, PackageType="Image") == "not judged"


def test_a_paginator_of_another_session_calls_with_its_rights_from_whatever_line(tmp_path: Path) -> None:
    source = (
        S3 + "def work(session):\n    pages = session.client('ec2').get_paginator('describe_instances')\n"
        "    return [page for page in pages.paginate()]\n"
        "def handler(event, context):\n" + READ + "    return work(session_of(event))\n"
    )
    place = {"frames": [["mine/handler.py", "work", 5], ["mine/handler.py", "handler", 8]]}
    asked = call("ec2", "DescribeInstances") | place
    proof = prove(tmp_path, source, heard(line=7), asked)
    assert (proof.verdict, proof.report.denied) == ("not judged", [])

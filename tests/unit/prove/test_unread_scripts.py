"""What scripts call in a way that nobody reads is a row of its own, and never taken for no call."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.unit.prove.cases import LOG, function, prove, role
from tests.unit.prove.support import allow, call
from wellmade.prove.reading import typescript

S3 = 'import { S3Client, GetObjectCommand } from "@aws-sdk/client-s3";\nconst s3 = new S3Client({});\n'
READ = 'export const handler = async () => s3.send(new GetObjectCommand({ Bucket: "inbox", Key: "a" }));\n'

UNREAD = {
    "a library with a client of its own": ('import dynamoose from "dynamoose";\nexport const handler = async () => {};\n', "dynamoose"),
    "a module of a library": ('import { getSecret } from "@aws-lambda-powertools/parameters/secrets";\nexport const handler = () => getSecret("a");\n',
                              "@aws-lambda-powertools/parameters/secrets"),
    "an upload in parts": ('import { Upload } from "@aws-sdk/lib-storage";\nexport const handler = () => new Upload({}).done();\n', "@aws-sdk/lib-storage"),
    "a request that is signed by hand": ('import { SignatureV4 } from "@smithy/signature-v4";\nexport const handler = () => new SignatureV4({});\n',
                                         "@smithy/signature-v4"),
    "the extension for secrets": ('export const handler = () => fetch("http://localhost:2773/secretsmanager/get?secretId=a");\n',
                                  "secretsmanager by the extension for parameters and secrets"),
    "the command line": ('import { execSync } from "child_process";\nexport const handler = () => execSync("aws s3 ls");\n', "the command line of AWS"),
    "a module that a value names": ("export const handler = async (e) => (await import(e.name)).go();\n", "what import loads"),
    "a method that a value names": ('import { S3 } from "@aws-sdk/client-s3";\nconst s3 = new S3({});\nexport const handler = (e) => s3[e.name]({});\n',
                                    "a method of s3"),
    "a command that a value names": ('import * as all from "@aws-sdk/client-s3";\nexport const handler = (e) => client.send(new all[e.name]({}));\n',
                                     "a command that a value names"),
    "a waiter": ('import { S3Client, waitUntilObjectExists } from "@aws-sdk/client-s3";\nexport const handler = () => waitUntilObjectExists({}, {});\n',
                 "waitUntilObjectExists"),
    "a client of which no call is read": ('import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";\n'
                                          "const cache = new Cache(new SecretsManagerClient({}));\nexport const handler = () => cache.get();\n",
                                          "a client of secretsmanager"),
    "a client of the old SDK that is used in place": ('import AWS from "aws-sdk";\nexport const handler = () => new AWS.S3().getObject({}).promise();\n',
                                                      "getObject of what may be a client of s3"),
    "code that is nested too deeply": ("export const handler = () => " + "`${\n" * 900 + "1" + "}`\n" * 900 + ";\n", "code that is nested too deeply to be read"),
    "a module that is not found": ('import { store } from "@/lib/store";\nexport const handler = () => store();\n', "the module @/lib/store"),
    "a relative module that is not found": ('import { store } from "./store";\nexport const handler = () => store();\n', "the module ./store"),
}  # fmt: skip
READS: dict[str, Sequence[str]] = {
    "a command by another name": ('import { S3Client, GetObjectCommand as Get } from "@aws-sdk/client-s3";\nconst s3 = new S3Client({});\n'
                                  'export const handler = () => s3.send(new Get({ Bucket: "inbox", Key: "a" }));\n',),
    "a command that is required by another name": ('const { S3Client, GetObjectCommand: Get } = require("@aws-sdk/client-s3");\nconst s3 = new S3Client({});\n'
                                                   'exports.handler = () => s3.send(new Get({ Bucket: "inbox", Key: "a" }));\n',),
    "a client of another module": ('import { s3 } from "./clients";\nexport const handler = () => s3.getObject({ Bucket: "inbox", Key: "a" });\n',
                                   'import { S3 } from "@aws-sdk/client-s3";\nexport const s3 = new S3({});\n'),
    "a client that a class is given": ('import { S3 } from "@aws-sdk/client-s3";\nclass Store {\n  constructor(private readonly files: S3) {}\n'
                                       '  get() { return this.files.getObject({ Bucket: "inbox", Key: "a" }); }\n}\n'
                                       "export const handler = () => new Store(new S3({})).get();\n",),
}  # fmt: skip


def read(folder: Path, source: str) -> tuple[list[str], list[str]]:
    entry = folder / "app.ts"
    entry.write_text(source)
    sites, unread = typescript.read(entry, "handler", (folder,))
    return [f"{each.service}:{each.operation}" for each in sites], [each.what for each in unread]


@pytest.mark.parametrize("name", UNREAD)
def test_it_is_a_row_of_its_own(tmp_path: Path, name: str) -> None:
    source, what = UNREAD[name]
    worker = function(Runtime="nodejs24.x", Handler="app.handler")
    (tmp_path / "app.ts").write_text(source)
    proof = prove(tmp_path, {"Worker": worker, "Role": role(LOG)})
    assert proof.verdict == "not judged"
    assert what in [row.what for row in proof.report.not_judged]


@pytest.mark.parametrize("name", READS)
def test_what_was_passed_over_is_read(tmp_path: Path, name: str) -> None:
    source, *clients = READS[name]
    for each in clients:
        (tmp_path / "clients.ts").write_text(each)
    assert read(tmp_path, source) == (["s3:GetObject"], [])


@pytest.mark.parametrize("source", [
    S3 + READ,
    S3 + 'import data from "./rows.json";\nimport { z } from "zod";\n' + READ,
    S3 + "const sizes = new Map();\nconst first = sizes[0];\n" + READ,
])  # fmt: skip
def test_what_is_read_is_no_row(tmp_path: Path, source: str) -> None:
    assert read(tmp_path, source) == (["s3:GetObject"], [])


def test_a_package_of_the_project_itself_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "package.json").write_text('{"dependencies": {"@shop/store": "workspace:*", "zod": "^4"}}')
    source = S3 + 'import { store } from "@shop/store/rows";\nimport { z } from "zod";\n' + READ
    assert read(tmp_path, source)[1] == ["the module @shop/store/rows"]


@pytest.mark.parametrize(
    ("granted", "unused"),
    [("secretsmanager:GetSecretValue", set()), ("sqs:SendMessage", {"sqs:SendMessage"})],
)
def test_a_client_made_on_import_that_tests_replaced_may_use_its_grants(
    tmp_path: Path, granted: str, unused: set[str]
) -> None:
    """Tests heard S3 alone; whatever holds the other client was replaced by something of their own."""
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "handler.py").write_text(
        "import boto3\ns3 = boto3.client('s3')\ncache = Cache(boto3.client('secretsmanager'))\n"
        "def handler(event, context): return s3.get_object(Bucket='inbox', Key=cache.get('a'))\n"
    )
    heard = call("s3", "GetObject", Bucket="inbox", Key="a") | {"frames": [["mine/handler.py", "handler", 4]]}
    rights = role(LOG, allow("s3:GetObject", "arn:aws:s3:::inbox/*"), allow(granted, "*"))
    report = prove(tmp_path, {"Worker": function(), "Role": rights}, heard).report
    assert {each.action for each in report.unused} == unused
    assert "a client of secretsmanager" in [row.what for row in report.not_judged]

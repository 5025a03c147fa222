"""What a script calls under another name, keeps or hands to others is never passed over."""

from pathlib import Path

import pytest

from tests.unit.prove.cases import LOG, function, prove, role
from tests.unit.prove.support import Document, allow, call
from wellmade.prove.reading import typescript

S3 = (
    'import { S3Client, GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";\n'
    "const s3 = new S3Client({});\n"
)
READ = 'await s3.send(new GetObjectCommand({ Bucket: "inbox", Key: "a" }));'
HIDDEN: dict[str, tuple[str, str]] = {
    "a module by a name": (S3 + 'const name = "@aws-sdk/client-sqs";\nconst lib = require(name);\n', "new lib.SQSClient({}).send(new lib.ListQueuesCommand({}));"),
    "`require` by another name": (S3 + "const load = require;\n", 'const q = load("@aws-sdk/client-sqs"); new q.SQSClient({}).send(new q.ListQueuesCommand({}));'),
    "a `require` that is made": (S3 + 'import { createRequire } from "module";\nconst load = createRequire(import.meta.url);\n', 'const q = load("@aws-sdk/client-sqs"); new q.SQSClient({}).send(new q.ListQueuesCommand({}));'),
    "a module that is loaded": (S3, 'const q = await import("@aws-sdk/client-sqs"); new q.SQSClient({}).send(new q.ListQueuesCommand({}));'),
    "a module whose name is made": (S3, "const q = await import(`@aws-sdk/client-${e.name}`); new q.SQSClient({}).send(new q.ListQueuesCommand({}));"),
    "a module whose name is put together": (S3, 'const q = require("@aws-sdk/client-" + e.name); q.go();'),
    "one of two commands": (S3, 'await s3.send(new (e ? GetObjectCommand : PutObjectCommand)({ Bucket: "inbox", Key: "a" }));'),
    "one of two commands, kept": (S3, 'const C = e ? GetObjectCommand : PutObjectCommand; await s3.send(new C({ Bucket: "inbox", Key: "a" }));'),
    "a command by another name": (S3 + "const Put = PutObjectCommand;\n", 'await s3.send(new Put({ Bucket: "inbox", Key: "a" }));'),
    "a command in an object": (S3 + "const all = { put: PutObjectCommand };\n", 'await s3.send(new all.put({ Bucket: "inbox", Key: "a" }));'),
    "a command in an object, by its key": (S3 + "const all = { put: PutObjectCommand };\n", 'await s3.send(new all["put"]({ Bucket: "inbox", Key: "a" }));'),
    "a command that is constructed": (S3, 'await s3.send(Reflect.construct(PutObjectCommand, [{ Bucket: "inbox", Key: "a" }]));'),
    "a command that a function makes": (S3 + "const make = (C, i) => new C(i);\n", 'await s3.send(make(PutObjectCommand, { Bucket: "inbox", Key: "a" }));'),
    "a method, kept": ('import { S3 } from "@aws-sdk/client-s3";\nimport { S3Client, GetObjectCommand } from "@aws-sdk/client-s3";\nconst s3 = new S3Client({});\nconst all = new S3({});\n', 'const put = all.putObject.bind(all); await put({ Bucket: "inbox" });'),
    "a method that is taken out": ('import { S3, S3Client, GetObjectCommand } from "@aws-sdk/client-s3";\nconst s3 = new S3Client({});\nconst all = new S3({});\n', 'const { putObject } = all; await putObject.call(all, { Bucket: "inbox" });'),
    "a method, if there is one": ('import { S3, S3Client, GetObjectCommand } from "@aws-sdk/client-s3";\nconst s3 = new S3Client({});\nconst all = new S3({});\n', 'await all?.putObject({ Bucket: "inbox" });'),
    "a method of what is there": ('import { S3, S3Client, GetObjectCommand } from "@aws-sdk/client-s3";\nconst s3 = new S3Client({});\nconst all = new S3({});\n', 'await all!.putObject({ Bucket: "inbox" });'),
    "a client in an object": ('import { S3, S3Client, GetObjectCommand } from "@aws-sdk/client-s3";\nconst s3 = new S3Client({});\nconst held = { files: new S3({}) };\n', 'await held.files.putObject({ Bucket: "inbox" });'),
    "a client in a list": ('import { S3, S3Client, GetObjectCommand } from "@aws-sdk/client-s3";\nconst s3 = new S3Client({});\nconst held = [new S3({})];\n', 'await held[0].putObject({ Bucket: "inbox" });'),
    "a client among arguments": ('import { S3, S3Client, GetObjectCommand } from "@aws-sdk/client-s3";\nconst s3 = new S3Client({});\nconst all = new S3({});\nconst go = (...a) => a[0].putObject({});\n', "await go(all);"),
    "a client that a function makes": ('import { S3, S3Client, GetObjectCommand } from "@aws-sdk/client-s3";\nconst s3 = new S3Client({});\nconst make = () => new S3({});\n', 'await make().putObject({ Bucket: "inbox" });'),
    "a client for a library": (S3 + 'import { wrap } from "lib";\n', 'await wrap(s3).put({ Bucket: "inbox" });'),
    "a client for a class of a library": (S3 + 'import { Store } from "lib";\n', 'await new Store(s3).put({ Bucket: "inbox" });'),
    "a client among options": (S3 + 'import { Store } from "lib";\n', 'await new Store({ client: s3 }).put({ Bucket: "inbox" });'),
    "a client among options that are spread": (S3 + 'import { Store } from "lib";\nconst o = { client: s3 };\n', 'await new Store({ ...o }).put({ Bucket: "inbox" });'),
    "an address that is signed": (S3 + 'import { getSignedUrl } from "@aws-sdk/s3-request-presigner";\n', 'await getSignedUrl(s3, new PutObjectCommand({ Bucket: "inbox", Key: "a" }));'),
    "code from a text": (S3, 'eval("x");'),
    "a function from a text": (S3, 'new Function("x")();'),
    "a script": (S3 + 'import vm from "vm";\n', 'vm.runInThisContext("x");'),
    "a thread": (S3 + 'import { Worker } from "worker_threads";\n', 'new Worker("./w.js");'),
    "a process": (S3 + 'import { fork } from "child_process";\n', 'fork("./w.js");'),
    "a command that a name holds": (S3 + 'import { spawn } from "child_process";\nconst cmd = "aws";\n', 'spawn(cmd, ["s3"]);'),
    "the command line in a shell": (S3 + 'import { exec } from "child_process";\n', 'exec("cd /tmp && aws s3 rm x");'),
    "a package as a whole": (S3 + 'import * as q from "@aws-sdk/client-sqs";\n', "await new q.SQSClient({}).send(new q.ListQueuesCommand({}));"),
    "a function that is handed on": (S3 + "const go = function () { return s3.send(new PutObjectCommand({})); };\n", "setTimeout(go, 1);"),
    "a function without a name": (S3 + "(() => { s3.send(new PutObjectCommand({})); })();\n", ""),
    "a property that calls": (S3 + "class A { get x() { return s3.send(new PutObjectCommand({})); } }\n", "new A().x;"),
    "a private method": (S3 + "class A { #go() { return s3.send(new PutObjectCommand({})); } run() { return this.#go(); } }\n", "new A().run();"),
    "a method by its key": (S3 + "class A { go() { return s3.send(new PutObjectCommand({})); } }\n", 'new A()["go"]();'),
    "a service by a name": (S3 + 'import AWS from "aws-sdk";\n', "new AWS[e.name]().go();"),
    "a service that is taken out": (S3 + 'import { SQS } from "aws-sdk";\nconst q = new SQS();\n', "await q.listQueues().promise();"),
    "the old SDK by another name": (S3 + 'import Sdk from "aws-sdk";\nconst q = new Sdk.SQS();\n', "await q.listQueues().promise();"),
    "`send`, kept": (S3 + "const send = s3.send.bind(s3);\n", "await send(new PutObjectCommand({}));"),
    "a command of a library": (S3 + 'import { makeCommand } from "lib";\n', 'await s3.send(makeCommand("x"));'),
}  # fmt: skip
"""What stands before the handler, and what it does after it has read."""


def source(before: str, then: str) -> str:
    return f"{before}export const handler = async (e) => {{ {READ} {then} }};\n"


def verdict(folder: Path, text: str, *heard: Document) -> str:
    folder.mkdir()
    (folder / "app.ts").write_text(text)
    worker = function(Runtime="nodejs24.x", Handler="app.handler")
    rights = role(LOG, allow("s3:GetObject", "arn:aws:s3:::inbox/*"))
    return str(prove(folder, {"Worker": worker, "Role": rights}, *heard).verdict)


@pytest.mark.parametrize("name", HIDDEN)
def test_neither_tests_nor_code_prove_it(tmp_path: Path, name: str) -> None:
    text = source(*HIDDEN[name])
    line = next(at for at, each in enumerate(text.splitlines(), 1) if each.startswith("export const handler"))
    heard = call("s3", "GetObject", Bucket="inbox", Key="a") | {"frames": [["app.ts", "handler", line]]}
    assert verdict(tmp_path / "tested", text, heard) == "not judged"
    assert verdict(tmp_path / "read", text) in ("not judged", "not proven")


@pytest.mark.parametrize(("before", "then"), [
    (S3, "const readCommand = e; return readCommand;"),
    (S3 + "class Store { constructor(files) { this.files = files; } }\n", "return new Store(s3);"),
    (S3 + "const held = { s3 };\n", "return /x/.exec(e.name);"),
    (S3 + 'const { join } = require("path");\n', 'console.log(s3); return join("a", "b");'),
    (S3 + 'import { execFile } from "child_process";\n', 'execFile("convert", [e.name]);'),
], ids=["a name like a command", "a class of its own", "an expression", "a module", "another program"])  # fmt: skip
def test_what_is_read_whole_is_no_row(tmp_path: Path, before: str, then: str) -> None:
    entry = tmp_path / "app.ts"
    entry.write_text(source(before, then))
    sites, unread = typescript.read(entry, "handler", (tmp_path,))
    assert ([each.operation for each in sites], [each.what for each in unread]) == (["GetObject"], [])

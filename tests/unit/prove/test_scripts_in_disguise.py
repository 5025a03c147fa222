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
    "a call in a template": (S3, 'console.log(`done ${await s3.send(new PutObjectCommand({ Bucket: "inbox", Key: "b" }))}`);'),
    "a call between patterns with quotes": (S3, 'const x = e.name.replace(/["]/g, \'\'); await s3.send(new PutObjectCommand({ Bucket: "inbox", Key: "b" })); const y = "z";'),
    "a call between patterns with backticks": (S3, 'const x = e.name.replace(/`/g, \'\'); await s3.send(new PutObjectCommand({ Bucket: "inbox", Key: "b" })); const y = e.name.replace(/`/g, \'\');'),
    "a call behind a pattern with slashes": (S3, 'if (/^https?:\\/\\//.test(e.name)) await s3.send(new PutObjectCommand({ Bucket: "inbox", Key: "b" }));'),
    "a method of an object that a value names": (S3 + 'const table = { async create(e) { await s3.send(new PutObjectCommand({ Bucket: "inbox", Key: "b" })); }, async remove(e) {} };\n', "await table[e.op](e);"),
    "a method of a class that a value names": (S3 + 'class T { async create(e) { await s3.send(new PutObjectCommand({ Bucket: "inbox", Key: "b" })); } }\nconst t = new T();\n', "await t[e.op](e);"),
    "a method of its own that a value names": (S3 + 'class T { go(e) { return this[\'on\' + e.op](e); } async onCreate(e) { await s3.send(new PutObjectCommand({ Bucket: "inbox", Key: "b" })); } }\nconst t = new T();\n', "await t.go(e);"),
    "what a module exports, by a value": ('const { S3Client, GetObjectCommand, PutObjectCommand } = require("@aws-sdk/client-s3");\nconst s3 = new S3Client({});\nexports.write = async function () { await s3.send(new PutObjectCommand({ Bucket: "inbox", Key: "b" })); };\n', "await exports[e.x]();"),
    "a function of a namespace that a value names": (S3 + 'namespace N { export async function go() { await s3.send(new PutObjectCommand({ Bucket: "inbox", Key: "b" })); } }\n', "await (N as any)[e.x]();"),
    "a package that is loaded by a template": (S3, "const h = await import(`@aws-sdk/client-sqs`); await new h.SQSClient({}).send(new h.ListQueuesCommand({}));"),
    "a module of programs by another name": (S3 + 'import * as proc from "node:child_process";\n', "proc.execSync('aws s3');"),
    "what starts programs, by another name": (S3 + 'import { execSync as run } from "child_process";\n', "run('aws s3');"),
    "what starts programs, handed on": (S3 + 'import { exec } from "child_process";\nimport { promisify } from "util";\nconst run = promisify(exec);\n', "await run('aws s3');"),
    "what starts programs, by its key": (S3 + 'import * as cp from "node:child_process";\n', "cp['execSync']('aws s3');"),
    "a program, at once": ('const { S3Client, GetObjectCommand, PutObjectCommand } = require("@aws-sdk/client-s3");\nconst s3 = new S3Client({});\n', "require('child_process').execSync('aws s3');"),
    "a program that runs its arguments": (S3 + 'import { spawn } from "child_process";\n', 'spawn("env", ["aws", "s3"]);'),
    "a library that runs programs": (S3 + 'import { $ } from "execa";\n', "await $`aws s3`;"),
    "a module of the runtime, loaded": (S3, "process.getBuiltinModule('child_process').execSync('aws s3');"),
    "a method that `JSON` calls": (S3 + "class A { toJSON() { s3.send(new PutObjectCommand({Bucket: 'inbox', Key: 'b'})); return ''; } }\n", "return JSON.stringify(new A());"),
    "a method that `await` calls": (S3 + "class A { then(r) { s3.send(new PutObjectCommand({Bucket: 'inbox', Key: 'b'})); r(); } }\n", "await new A();"),
    "a method of a proxy": (S3 + "const p = new Proxy({}, { get(t, n) { s3.send(new PutObjectCommand({Bucket: 'inbox', Key: 'b'})); return 1; } });\n", "return p.x;"),
    "a class of streams": (S3 + "import { Transform } from 'stream';\nclass W extends Transform { transform(c, x, cb) { s3.send(new PutObjectCommand({Bucket: 'inbox', Key: 'b'})); cb(); } }\n", "e.pipe(new W());"),
    "a class of a library": (S3 + "import { Base } from 'lib';\nclass W extends Base { process(c) { s3.send(new PutObjectCommand({Bucket: 'inbox', Key: 'b'})); } }\n", "await new W().run();"),
    "a method with a decorator": (S3 + 'class A { @Get(\'/x\') async go() { await s3.send(new PutObjectCommand({ Bucket: "inbox", Key: "b" })); } }\n', "return new A();"),
    "a function with a name that a library gets": (S3 + 'const app = require(\'express\')();\napp.get(\'/x\', async function put(req, res) { await s3.send(new PutObjectCommand({ Bucket: "inbox", Key: "b" })); });\n', ""),
    "a function with a name, at once": (S3 + "(function go() { s3.send(new PutObjectCommand({Bucket: 'inbox', Key: 'b'})); })();\n", ""),
    "a method that is called if it is there": ('import { S3, S3Client, GetObjectCommand } from "@aws-sdk/client-s3";\nconst s3 = new S3Client({});\nconst all = new S3({});\n', "await all.putObject?.({ Bucket: 'inbox', Key: 'b' });"),
    "a method with types": ('import { S3, S3Client, GetObjectCommand } from "@aws-sdk/client-s3";\nconst s3 = new S3Client({});\nconst all = new S3({});\n', "await all.putObject<any>({ Bucket: 'inbox', Key: 'b' });"),
    "a method of a client that a value names": ('import { S3, S3Client, GetObjectCommand } from "@aws-sdk/client-s3";\nconst s3 = new S3Client({});\nconst all = new S3({});\n', "for (const m of ['putObject']) await (all as any)[m]({ Bucket: 'inbox', Key: 'b' });"),
    "a method of a client by another name, by a value": ('import { S3, S3Client, GetObjectCommand } from "@aws-sdk/client-s3";\nconst s3 = new S3Client({});\nconst all = new S3({});\n', "const c = all; await c['put' + e.x]({ Bucket: 'inbox' });"),
    "a command of the package that a value names": ('import * as sdk from "@aws-sdk/client-s3";\nimport { S3Client, GetObjectCommand } from "@aws-sdk/client-s3";\nconst s3 = new S3Client({});\nconst K = sdk[process.env.X];\n', "await s3.send(new K({ Bucket: 'inbox', Key: 'b' }));"),
    "a class that inherits from a command": (S3 + "class Mine extends PutObjectCommand {}\n", "await s3.send(new Mine({ Bucket: 'inbox', Key: 'b' }));"),
    "a command with types": (S3, "await s3.send(new PutObjectCommand<any>({ Bucket: 'inbox', Key: 'b' }));"),
    "a command without arguments": (S3, "const c = new PutObjectCommand; c.input = { Bucket: 'inbox' }; await s3.send(c);"),
    "a command under a short name": ('import { S3Client, GetObjectCommand, PutObjectCommand as p$ } from "@aws-sdk/client-s3";\nconst s3 = new S3Client({});\n', "await s3.send(new p$({ Bucket: 'inbox', Key: 'b' }));"),
    "a file of a package": (S3 + 'import { ListQueuesCommand } from "@aws-sdk/client-sqs/dist-cjs/commands";\nimport { SQSClient } from "@aws-sdk/client-sqs/dist-cjs/SQSClient";\n', "await new SQSClient({}).send(new ListQueuesCommand({}));"),
    "a request of the old SDK by its name": (S3 + 'import AWS from "aws-sdk";\nconst o = new AWS.S3();\n', "await o.getObject({Bucket:'inbox',Key:'a'}).promise(); await o.makeRequest('putObject', {}).promise();"),
    "a client of the old SDK by another name": (S3 + 'import Queue from "aws-sdk/clients/sqs";\n', "await new Queue().listQueues().promise();"),
    "a signature by hand": (S3 + 'import { createHmac } from "crypto";\n', "await fetch('https://sqs.amazonaws.com', { headers: { Authorization: 'AWS4-HMAC-SHA256 ' + createHmac('sha256', 'AWS4' + process.env.AWS_SECRET_ACCESS_KEY) } });"),
    "a call between tested patterns": (S3, 'if (e.x) /\'/.test(e.x); s3.send(new PutObjectCommand({ Bucket: "inbox", Key: "b" })); if (e.y) /\'/.test(e.y);'),
    "a property that is copied": (S3 + "class A { get put() { s3.send(new PutObjectCommand({ Bucket: 'inbox', Key: 'b' })); return 1; } }\n", "return Object.assign({}, new A());"),
    "a property that is set": (S3 + "class A { set put(v) { s3.send(new PutObjectCommand({ Bucket: 'inbox', Key: 'b' })); } }\n", "Object.assign(new A(), JSON.parse(e.x));"),
    "a method of a class that a value names, kept": (S3 + "class A { async put() { s3.send(new PutObjectCommand({ Bucket: 'inbox', Key: 'b' })); } }\nconst a = new A();\n", "const f = a[e.op]; await f.call(a);"),
    "a client with methods by another name": ('import { S3 as Store, S3Client, GetObjectCommand } from "@aws-sdk/client-s3";\nconst s3 = new S3Client({});\nconst all = new Store({});\n', "await all.putObject({ Bucket: 'inbox' });"),
    "a client with methods of a package": ('import * as A from "@aws-sdk/client-s3";\nimport { S3Client, GetObjectCommand } from "@aws-sdk/client-s3";\nconst s3 = new S3Client({});\nconst all = new A.S3({});\n', "await all.putObject({ Bucket: 'inbox' });"),
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


MODULES: list[tuple[str, str, dict[str, str]]] = [
    ('import * as h from "./h";\n', "await h[e.op](e);", {"h.ts": 'import { SQSClient, ListQueuesCommand } from "@aws-sdk/client-sqs";\nexport async function write() { await new SQSClient({}).send(new ListQueuesCommand({})); }\n'}),
    ("const h = require(`./h`);\n", "await h.write();", {"h.ts": 'const { SQSClient, ListQueuesCommand } = require("@aws-sdk/client-sqs");\nexports.write = async () => { await new SQSClient({}).send(new ListQueuesCommand({})); };\n'}),
    ("const h = require(/* x */ './h');\n", "await h.write();", {"h.ts": 'const { SQSClient, ListQueuesCommand } = require("@aws-sdk/client-sqs");\nexports.write = async () => { await new SQSClient({}).send(new ListQueuesCommand({})); };\n'}),
    ("const h = require ('./h');\n", "await h.write();", {"h.ts": 'const { SQSClient, ListQueuesCommand } = require("@aws-sdk/client-sqs");\nexports.write = async () => { await new SQSClient({}).send(new ListQueuesCommand({})); };\n'}),
    ("", "const h = await import(/* webpackChunkName: 'h' */ './h'); await h.write();", {"h.ts": 'import { SQSClient, ListQueuesCommand } from "@aws-sdk/client-sqs";\nexport const write = async () => { await new SQSClient({}).send(new ListQueuesCommand({})); };\n'}),
    ("", "const h = await import(`./h`); await h.write();", {"h.ts": 'import { SQSClient, ListQueuesCommand } from "@aws-sdk/client-sqs";\nexport const write = async () => { await new SQSClient({}).send(new ListQueuesCommand({})); };\n'}),
    ('import{write}from"./h";\n', "await write();", {"h.ts": 'import { SQSClient, ListQueuesCommand } from "@aws-sdk/client-sqs";\nexport const write = async () => { await new SQSClient({}).send(new ListQueuesCommand({})); };\n'}),
    ('import { write } from "./i";\n', "await write();", {"i.ts": 'export*from"./h";\n', "h.ts": 'import { SQSClient, ListQueuesCommand } from "@aws-sdk/client-sqs";\nexport const write = async () => { await new SQSClient({}).send(new ListQueuesCommand({})); };\n'}),
    ("import { /* it's */ write } from './h';\n", "await write();", {"h.ts": 'import { SQSClient, ListQueuesCommand } from "@aws-sdk/client-sqs";\nexport const write = async () => { await new SQSClient({}).send(new ListQueuesCommand({})); };\n'}),
    ('import w from "./h";\n', "await w();", {"h.ts": 'import { SQSClient, ListQueuesCommand } from "@aws-sdk/client-sqs";\nexport default async function write() { await new SQSClient({}).send(new ListQueuesCommand({})); };\n'}),
    ("const w = require('./h');\n", "await w();", {"h.ts": 'const { SQSClient, ListQueuesCommand } = require("@aws-sdk/client-sqs");\nmodule.exports = async function write() { await new SQSClient({}).send(new ListQueuesCommand({})); };\n'}),
]  # fmt: skip


@pytest.mark.parametrize(("before", "then", "modules"), MODULES)
def test_a_module_of_ones_own_is_not_passed_over(
    tmp_path: Path, before: str, then: str, modules: dict[str, str]
) -> None:
    for name, text in modules.items():
        (tmp_path / name).write_text(text)
    entry = tmp_path / "app.ts"
    entry.write_text(source(S3 + before, then))
    sites, unread = typescript.read(entry, "handler", (tmp_path,))
    assert "ListQueues" in [each.operation for each in sites] or unread


def test_a_module_behind_a_path_of_the_compiler_is_a_row(tmp_path: Path) -> None:
    (tmp_path / "tsconfig.json").write_text('{"compilerOptions": {"paths": {"@app/*": ["lib/*"]}}}')
    entry = tmp_path / "app.ts"
    entry.write_text(source(S3 + 'import { write } from "@app/h";\n', "await write();"))
    _, unread = typescript.read(entry, "handler", (tmp_path,))
    assert [each.what for each in unread] == ["the module @app/h"]


def test_what_stands_beside_markup_is_a_row(tmp_path: Path) -> None:
    entry = tmp_path / "app.tsx"
    entry.write_text(source(S3, "return <p>it's `</p>;"))
    _, unread = typescript.read(entry, "handler", (tmp_path,))
    assert [each.what for each in unread] == ["app.tsx, which has markup in it"]


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

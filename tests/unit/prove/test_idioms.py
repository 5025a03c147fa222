"""Idioms of other people's handlers: each does more than it seems, and is never proven."""

from importlib import metadata
from pathlib import Path

import pytest

from tests.unit.prove.support import call
from tests.unit.prove.test_scripts_in_disguise import S3 as CLIENT
from tests.unit.prove.test_scripts_in_disguise import source, verdict
from tests.unit.prove.test_unread import S3, prove
from wellmade.prove.reading import python, strangers

H = "def handler(event, context):\n    s3.get_object(Bucket='inbox', Key='a')\n"
PUT = "put_object(Bucket='inbox', Key='b')"
PYTHON: dict[str, str] = {
    "a library that nobody knows": S3 + "import cloudstore\n" + H + "    cloudstore.put('a')\n",
    "a library that is only imported": S3 + "import cloudstore\n" + H,
    "module in a zip": S3 + "import sys\nsys.path.insert(0, 'lib.zip')\nimport helper\n" + H + "    helper.go()\n",
    "marshal": S3 + "import marshal, types\n" + H + "    types.FunctionType(marshal.loads(event['c']), {})()\n",
    "pickle": S3 + "import pickle\n" + H + "    pickle.loads(event['c']).go()\n",
    "pickle load, from": S3 + "from pickle import load\n" + H + "    load(open('/var/task/m')).go()\n",
    "ctypes": S3 + "import ctypes\n" + H + "    ctypes.CDLL('/var/task/x.so').go()\n",
    "zipimport": S3 + "import zipimport\n" + H + "    zipimport.zipimporter('l.zip').load_module('x').go()\n",
    "lib.info": S3 + "import cloudstore\n" + H + "    cloudstore.info(s3)\n",
    "lib debug": S3 + "from json import debug\n" + H + "    debug(s3)\n",
    "json.print": S3 + "import json\n" + H + "    json.print(s3)\n",
    "own named method of unknown": S3 + "def put_object(x): return None\n" + H + f"    event['c'].{PUT}\n    [x for x in (s3,)][0].{PUT}\n",
    "own method named, param": S3 + "class Store:\n    def put_object(self, **k): return None\n" + H + f"    list(map(lambda c: c.{PUT}, [s3]))\n",
    "injector": S3 + "class C:\n    _m = {}\n    def bind(self, k, f): self._m[k] = f\n    def get(self, k): return self._m[k]()\nc = C()\nc.bind('f', lambda: s3)\n" + H + f"    c.get('f').{PUT}\n",
    "singleton": S3 + "class One:\n    _i = None\n    def __new__(cls):\n        if cls._i is None:\n            cls._i = super().__new__(cls)\n            cls._i.x = s3\n        return cls._i\n" + H + f"    One().x.{PUT}\n",
    "cached_property": S3 + "from functools import cached_property\nclass A:\n    @cached_property\n    def files(self): return boto3.client('s3')\n    def go(self): self.files." + PUT + "\n" + H + "    A().go()\n",
    "lru factory": S3 + "from functools import lru_cache\n@lru_cache\ndef client(n): return boto3.client(n)\n" + H + "    client('sqs').list_queues()\n",
    "factory by class attr": S3 + "class F:\n    service = 'sqs'\n    def make(self): return boto3.client(self.service)\n" + H + "    F().make().list_queues()\n",
    "mixin": S3 + "class M:\n    def write(self): self.c." + PUT + "\nclass A(M):\n    def __init__(self): self.c = s3\n" + H + "    A().write()\n",
    "match": S3 + H + "    match event:\n        case {'op': op}:\n            boto3.client('sqs').list_queues()\n",
    "walrus": S3 + H + f"    if (c := s3):\n        c.{PUT}\n",
    "star expr": S3 + H + f"    first, *rest = [1, s3]\n    rest[0].{PUT}\n",
    "generator send": S3 + "def g():\n    c = yield\n    c." + PUT + "\n" + H + "    x = g(); next(x); x.send(s3)\n",
    "async aiobotocore": S3 + "import asyncio\nfrom aiobotocore.session import get_session\nasync def go():\n    async with get_session().create_client('sqs') as c:\n        await c.list_queues()\n" + H + "    asyncio.run(go())\n",
    "aioboto3 resource": S3 + "import asyncio, aioboto3\nasync def go():\n    async with aioboto3.Session().resource('s3') as r:\n        b = await r.Bucket('inbox')\n        await b.put_object(Key='b')\n" + H + "    asyncio.run(go())\n",
    "exit stack": S3 + "from contextlib import AsyncExitStack\nimport asyncio, aioboto3\nasync def go():\n    async with AsyncExitStack() as st:\n        c = await st.enter_async_context(aioboto3.Session().client('sqs'))\n        await c.list_queues()\n" + H + "    asyncio.run(go())\n",
    "dict dispatch": S3 + "def w(): s3." + PUT + "\nT = dict(w=w)\n" + H + "    T[event['x']]()\n",
    "singledispatch": S3 + "from functools import singledispatch\n@singledispatch\ndef f(x): pass\n@f.register\ndef _(x: int): s3." + PUT + "\n" + H + "    f(1)\n",
    "registry decorator": S3 + "R = {}\ndef reg(n):\n    def d(f):\n        R[n] = f\n        return f\n    return d\n@reg('a')\ndef a(): s3." + PUT + "\n" + H + "    R[event['x']]()\n",
    "init_subclass": S3 + "class B:\n    subs = []\n    def __init_subclass__(cls): B.subs.append(cls)\nclass D(B):\n    def go(self): s3." + PUT + "\n" + H + "    for k in B.subs: k().go()\n",
    "metaclass": S3 + "class M(type):\n    def __call__(cls, *a):\n        s3." + PUT + "\n        return super().__call__(*a)\nclass A(metaclass=M): pass\n" + H + "    A()\n",
    "descriptor": S3 + "class D:\n    def __get__(self, o, t): return boto3.client('sqs').list_queues()\nclass A:\n    x = D()\n" + H + "    A().x\n",
    "contextvar": S3 + "from contextvars import ContextVar\nv = ContextVar('v')\nv.set(s3)\n" + H + f"    v.get().{PUT}\n",
    "namedtuple": S3 + "from collections import namedtuple\nC = namedtuple('C', 'a b')\n" + H + f"    C(s3, 1).a.{PUT}\n",
    "simplenamespace": S3 + "from types import SimpleNamespace\nn = SimpleNamespace(c=s3)\n" + H + f"    n.c.{PUT}\n",
    "operator": S3 + "from operator import attrgetter\n" + H + "    attrgetter('put_object')(s3)(Bucket='inbox', Key='b')\n",
    "reduce": S3 + "from functools import reduce\n" + H + "    reduce(getattr, ['put_object'], s3)(Bucket='inbox', Key='b')\n",
    "powertools batch": S3 + "from aws_lambda_powertools.utilities.batch import BatchProcessor, process_partial_response\np = BatchProcessor(event_type='SQS')\ndef rec(r): s3." + PUT + "\n" + H + "    return process_partial_response(event, rec, p, context)\n",
    "powertools resolver": S3 + "from aws_lambda_powertools.event_handler import APIGatewayRestResolver\napp = APIGatewayRestResolver()\n@app.get('/x')\ndef x(): s3." + PUT + "\n" + H + "    return app.resolve(event, context)\n",
    "middleware": S3 + "from aws_lambda_powertools.middleware_factory import lambda_handler_decorator\n@lambda_handler_decorator\ndef mw(h, e, c):\n    s3." + PUT + "\n    return h(e, c)\n@mw\n" + H,
    "events hook": S3 + "def before(**k): boto3.client('sqs').list_queues()\ns3.meta.events.register('before-call', before)\n" + H,
    "meta client": S3 + "r = boto3.resource('s3')\n" + H + f"    r.meta.client.{PUT}\n",
    "paginator kept": S3 + "p = s3.get_paginator('list_objects_v2')\n" + H + "    for x in p.paginate(Bucket='inbox'): pass\n",
    "waiter": S3 + H + "    s3.get_waiter('bucket_exists').wait(Bucket='other')\n",
    "collection chain": S3 + H + "    boto3.resource('s3').Bucket('inbox').objects.filter(Prefix='a').delete()\n",
    "client alias self": S3 + "class A:\n    def __init__(self, c=None): self.c = c or s3\n    def __getattr__(self, n): return getattr(self.c, n)\n" + H + f"    A().{PUT}\n",
    "atexit": S3 + "import atexit\n@atexit.register\ndef bye(): s3." + PUT + "\n" + H,
    "signal": S3 + "import signal\ndef bye(*a): s3." + PUT + "\nsignal.signal(signal.SIGTERM, bye)\n" + H,
    "lambda default": S3 + "f = lambda c=s3: c." + PUT + "\n" + H + "    f()\n",
    "comprehension": S3 + H + f"    [c.{PUT} for c in (s3,)]\n",
    "chained assign": S3 + "a = b = s3\n" + H + f"    b.{PUT}\n",
    "global in fn": S3 + "cl = None\ndef get():\n    global cl\n    if not cl: cl = boto3.client('sqs')\n    return cl\n" + H + "    get().list_queues()\n",
    "f-string service": S3 + H + "    boto3.client(f'{\"sq\"}s').list_queues()\n",
    "concat service": S3 + H + "    boto3.client('sq' + 's').list_queues()\n",
    "star args service": S3 + "A = ('sqs',)\n" + H + "    boto3.client(*A).list_queues()\n",
    "kw service": S3 + "K = {'service_name': 'sqs'}\n" + H + "    boto3.client(**K).list_queues()\n",
    "botocore low": S3 + "from botocore.session import Session\n" + H + "    Session().create_client('sqs').list_queues()\n",
    "client class attr": S3 + "class A:\n    client = boto3.client\n" + H + "    A.client('sqs').list_queues()\n",
    "session default arg": S3 + "def mk(s=boto3.Session()): return s.client('sqs')\n" + H + "    mk().list_queues()\n",
    "a profiler of AWS": S3 + "from codeguru_profiler_agent import with_lambda_profiler\n@with_lambda_profiler()\n" + H,
    "a custom resource that polls": S3 + "from crhelper import CfnResource\nhelper = CfnResource()\n@helper.poll_create\ndef poll(event, context): return True\n" + H + "    helper(event, context)\n",
    "an object of Powertools": S3 + "from aws_lambda_powertools.utilities.streaming import S3Object\n" + H + "    S3Object(bucket='inbox', key='b').read()\n",
    "settings from secrets": S3 + "from pydantic_settings import AWSSecretsManagerSettingsSource as Source\n" + H + "    Source(dict, 'a')()\n",
    "a file system of pyarrow": S3 + "from pyarrow import fs\n" + H + "    fs.S3FileSystem().open_input_file('inbox/b')\n",
    "a table by the name of its argument": S3 + "import pandas as pd\n" + H + "    pd.read_csv(filepath_or_buffer='s3://inbox/b')\n",
    "a table of a constant": S3 + "import pandas as pd\nPLACE = 's3://inbox/b'\n" + H + "    pd.read_csv(PLACE)\n",
    "a table of texts together": S3 + "import os\nimport polars as pl\n" + H + "    pl.read_csv('s3://' + os.environ['BUCKET'])\n",
    "a table of a text with places": S3 + "import os\nimport pandas as pd\n" + H + "    pd.read_csv('s3://%s/b' % os.environ['BUCKET'])\n",
    "a table of a text to format": S3 + "import os\nimport pandas as pd\n" + H + "    pd.read_csv('s3://{}/b'.format(os.environ['BUCKET']))\n",
    "a file of pyarrow": S3 + "import pyarrow.parquet as pq\n" + H + "    pq.ParquetFile('s3://inbox/b')\n",
    "tables of deltalake": S3 + "from deltalake import DeltaTable\n" + H + "    DeltaTable(event['table']).to_pandas()\n",
    "region by variable": "import os\nimport boto3\ns3 = boto3.client('s3', region_name=os.environ['OTHER'])\n" + H,
}  # fmt: skip
SCRIPT = 'import { S3Client, GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";\n'
SCRIPTS: dict[str, tuple[str, str]] = {
    "region env": (SCRIPT + "const s3 = new S3Client({ region: process.env.OTHER });\n", ""),
    "region event": (SCRIPT + "let s3 = new S3Client({ region: globalThis.x.region });\n", ""),
    "region shorthand": (SCRIPT + "const region = globalThis.x;\nconst s3 = new S3Client({ region });\n", ""),
    "region spread": (SCRIPT + "const o = globalThis.x;\nconst s3 = new S3Client({ ...o });\n", ""),
    "options value": (SCRIPT + "const o = globalThis.x;\nconst s3 = new S3Client(o);\n", ""),
    "region function": (SCRIPT + "const s3 = new S3Client({ region: pick() });\nfunction pick() { return 'x'; }\n", ""),
    "a command by the numbers of its letters": (CLIENT.replace("PutObjectCommand", "Put\\u004fbjectCommand"), 'await s3.send(new Put\\u{4f}bjectCommand({ Bucket: "inbox" }));'),
    "u escape package": (CLIENT, 'const q = require("@aws-sdk/client-\\u0073qs"); await new q.SQSClient({}).send(new q.ListQueuesCommand({}));'),
    "x escape package": (CLIENT, 'const q = require("@aws-sdk/client-\\x73qs"); await new q.SQSClient({}).send(new q.ListQueuesCommand({}));'),
    "lib.info": (CLIENT + 'import lib from "cloudstore";\n', "lib.info(s3);"),
    "debug": (CLIENT + 'import debug from "debug2";\n', "debug(s3);"),
    "Store.from": (CLIENT + 'import { Store } from "lib";\n', "await Store.from(s3).go();"),
    "unknown library": (CLIENT + 'import { put } from "cloudstore";\n', "await put('a');"),
    "own function of the name": ('import { S3, S3Client, GetObjectCommand } from "@aws-sdk/client-s3";\nconst s3 = new S3Client({});\nconst all = new S3({});\nfunction putObject() {}\nconst h = { x: all };\n', 'await h.x.putObject({ Bucket: "inbox" });'),
    "optional send": (CLIENT, 'await s3?.send?.(new PutObjectCommand({ Bucket: "inbox", Key: "b" }));'),
    "destructured default": (CLIENT + "async function go({ c = s3, k = PutObjectCommand } = {}) { await c.send(new k({ Bucket: 'inbox', Key: 'b' })); }\n", "await go();"),
    "top-level await": (CLIENT + "await s3.send(new PutObjectCommand({ Bucket: 'inbox', Key: 'b' }));\n", ""),
    "generator": (CLIENT + "async function* g() { yield s3.send(new PutObjectCommand({ Bucket: 'inbox', Key: 'b' })); }\n", "for await (const x of g()) {}"),
    "iterator": (CLIENT + "class A { async *[Symbol.asyncIterator]() { yield s3.send(new PutObjectCommand({ Bucket: 'inbox', Key: 'b' })); } }\n", "for await (const x of new A()) {}"),
    "static block": (CLIENT + "class A { static { s3.send(new PutObjectCommand({ Bucket: 'inbox', Key: 'b' })); } }\n", ""),
    "class field arrow": (CLIENT + "class A { go = async () => { await s3.send(new PutObjectCommand({ Bucket: 'inbox', Key: 'b' })); } }\n", "await new A().go();"),
    "tagged": (CLIENT + "const run = (s, ...v) => s3.send(new PutObjectCommand({ Bucket: 'inbox', Key: 'b' }));\n", "await run`x`;"),
    "currying": (CLIENT + "const mk = (c) => (k) => c.send(new PutObjectCommand({ Bucket: 'inbox', Key: k }));\n", "await mk(s3)('b');"),
    "Map of commands": (CLIENT + "const m = new Map([['p', PutObjectCommand]]);\n", "await s3.send(new (m.get('p'))({ Bucket: 'inbox', Key: 'b' }));"),
    "map handlers": (CLIENT + "const m = new Map();\nm.set('p', async () => s3.send(new PutObjectCommand({ Bucket: 'inbox', Key: 'b' })));\n", "await m.get('p')();"),
    "middy": (CLIENT + 'import middy from "@middy/core";\nconst mw = () => ({ before: async () => { await s3.send(new PutObjectCommand({ Bucket: "inbox", Key: "b" })); } });\nexport const other = middy().use(mw());\n', ""),
    "lib-storage": (CLIENT + 'import { Upload } from "@aws-sdk/lib-storage";\n', "await new Upload({ client: s3, params: { Bucket: 'inbox', Key: 'b', Body: 'x' } }).done();"),
    "middleware stack": (CLIENT + "s3.middlewareStack.add((next) => async (a) => { await fetch('x'); await s3.send(new PutObjectCommand({ Bucket: 'inbox', Key: 'b' })); return next(a); }, { step: 'build' });\n", ""),
    "reexport alias": (CLIENT + "export { PutObjectCommand as Writer };\n", "await s3.send(Reflect.construct(PutObjectCommand, [{}]));"),
    "namespace destructure": ('import * as sdk from "@aws-sdk/client-s3";\nimport { S3Client, GetObjectCommand } from "@aws-sdk/client-s3";\nconst { PutObjectCommand: W } = sdk;\nconst s3 = new S3Client({});\n', "await s3.send(new W({ Bucket: 'inbox', Key: 'b' }));"),
    "sst resource": (CLIENT + 'import { Resource } from "sst";\n', "await s3.send(new PutObjectCommand({ Bucket: Resource.Other.name, Key: 'b' }));"),
    "getter client": (CLIENT + "const h = { get c() { return new S3Client({}); } };\n", "await h.c.send(new PutObjectCommand({ Bucket: 'inbox', Key: 'b' }));"),
    "callback": (CLIENT, "s3.send(new PutObjectCommand({ Bucket: 'inbox', Key: 'b' }), () => {});"),
    "finally": (CLIENT, "try { } finally { await s3.send(new PutObjectCommand({ Bucket: 'inbox', Key: 'b' })); }"),
    "label": (CLIENT, "out: for (;;) { await s3.send(new PutObjectCommand({ Bucket: 'inbox', Key: 'b' })); break out; }"),
    "process.on": (CLIENT + "process.on('SIGTERM', async () => { await s3.send(new PutObjectCommand({ Bucket: 'inbox', Key: 'b' })); });\n", ""),
    "bind in pool": (CLIENT, "await Promise.all(['b'].map((k) => s3.send(new PutObjectCommand({ Bucket: 'inbox', Key: k }))));"),
    "satisfies": (CLIENT, "const i = { Bucket: 'inbox', Key: 'b' } satisfies object; await s3.send(new PutObjectCommand(i));"),
    "as any call": (CLIENT, "await (s3 as any).send(new (PutObjectCommand as any)({ Bucket: 'inbox', Key: 'b' }));"),
    "aggregated enum": ('import { S3, S3Client, GetObjectCommand } from "@aws-sdk/client-s3";\nconst s3 = new S3Client({});\nconst all = new S3({});\n', "const { putObject: w } = S3.prototype; await w.call(all, { Bucket: 'inbox' });"),
    "require destructured rename": ('const { S3Client, GetObjectCommand, PutObjectCommand: W } = require("@aws-sdk/client-s3");\nconst s3 = new S3Client({});\n', "await s3.send(new W({ Bucket: 'inbox', Key: 'b' }));"),
    "a database by its Data API": (CLIENT + 'import { drizzle } from "drizzle-orm/aws-data-api/pg";\n', 'await drizzle({}).execute("x");'),
    "messages of middy": (CLIENT + 'import wsResponse from "@middy/ws-response";\nexport const other = wsResponse();\n', ""),
    "files of lambda-api": (CLIENT + 'import make from "lambda-api";\nconst api = make();\napi.get("/", async (q, r) => r.sendFile("s3://inbox/b"));\n', ""),
    "endpoint": (SCRIPT + "const s3 = new S3Client({ credentials: globalThis.x });\n", ""),
}  # fmt: skip


@pytest.mark.parametrize("name", PYTHON)
def test_python_is_not_proven(tmp_path: Path, name: str) -> None:
    text = PYTHON[name]
    line = next(at for at, each in enumerate(text.splitlines(), 1) if "get_object(" in each)
    heard = call("s3", "GetObject", Bucket="inbox", Key="a")
    heard |= {"frames": [["mine/handler.py", "handler", line]]}
    for folder, calls in (("tested", [heard]), ("read", [])):
        (tmp_path / folder).mkdir()
        assert prove(tmp_path / folder, text, *calls).verdict in ("not judged", "not proven")


@pytest.mark.parametrize("name", SCRIPTS)
def test_scripts_are_not_proven(tmp_path: Path, name: str) -> None:
    text = source(*SCRIPTS[name])
    line = next(at for at, each in enumerate(text.splitlines(), 1) if each.startswith("export const handler"))
    heard = call("s3", "GetObject", Bucket="inbox", Key="a") | {"frames": [["app.ts", "handler", line]]}
    assert verdict(tmp_path / "tested", text, heard) in ("not judged", "not proven")
    assert verdict(tmp_path / "read", text) in ("not judged", "not proven")


@pytest.mark.parametrize(("before", "then"), [
    ("import requests, pydantic, pytest\n", ""),
    ("from crhelper import CfnResource\nimport pydantic_settings, pyarrow, datadog_lambda\nfrom aws_lambda_powertools import Logger\nlogger = Logger()\n", ""),
    ("import pickle\n", "    pickle.dumps(event)\n"),
    ("import cloudstore\ndef unused(): cloudstore.put('a')\n", ""),
    ("import logging\nlogger = logging.getLogger()\n", "    logger.info(s3)\n    print(s3)\n"),
    ("import os\nmore = boto3.client('s3', region_name=os.environ['AWS_REGION'])\n", "    more.get_object(Bucket='inbox', Key='a')\n"),
    ("class Store:\n    def put_object(self, **named): return None\n", "    Store().put_object()\n    s = Store()\n    s.put_object()\n"),
], ids=["known libraries", "libraries that call AWS where more is said", "pickling", "a library of what is not reached", "loggers", "the region of the function", "objects of one's own"])  # fmt: skip
def test_what_calls_nothing_more_is_no_row(tmp_path: Path, before: str, then: str) -> None:
    assert prove(tmp_path, S3 + before + H + then).verdict == "likely"


@pytest.mark.parametrize(("made", "then"), [
    ("{ region: process.env.AWS_REGION }", ""),
    ("{ maxAttempts: 3 }", "console.log(s3);"),
    ("{ credentials: fromEnv() }", ""),
    ("{ ...options }", ""),
])  # fmt: skip
def test_clients_of_the_function_itself_are_no_row(tmp_path: Path, made: str, then: str) -> None:
    text = source(f"{SCRIPT}const options = {{ maxAttempts: 3 }};\nconst s3 = new S3Client({made});\n", then)
    assert verdict(tmp_path / "read", text) == "likely"


def test_what_is_installed_tells_what_a_library_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    assert strangers.may_call("moto")
    assert not strangers.may_call("pytest")
    strangers.may_call.cache_clear()
    monkeypatch.setattr(strangers, "_distributions", lambda: {"llm": ["llm"], "quiet": ["quiet"]})
    needs = {"llm": ["boto3>=1; extra == 'bedrock'"], "quiet": ["requests"], "requests": []}
    monkeypatch.setattr(metadata, "requires", needs.__getitem__)
    assert strangers.may_call("llm")
    assert not strangers.may_call("quiet")
    assert strangers.may_call("nobody_has_this")
    strangers.may_call.cache_clear()


def test_what_is_installed_tells_what_a_package_needs(tmp_path: Path) -> None:
    for name, needs in (
        ("quiet", "{}"),
        ("store", '{"helper": "1"}'),
        ("helper", '{"@aws-sdk/client-s3": "3"}'),
    ):
        (tmp_path / "node_modules" / name).mkdir(parents=True)
        (tmp_path / "node_modules" / name / "package.json").write_text(f'{{"dependencies": {needs}}}')
    found = {name: strangers.may_call_of_node(name, tmp_path) for name in ("quiet", "store", "absent")}
    assert found == {"quiet": False, "store": True, "absent": True}


def test_a_folder_that_is_imported_by_its_own_name_is_the_projects(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/other.py").write_text("import boto3\ndef go(): boto3.client('sqs').list_queues()\n")
    entry = tmp_path / "mine/handler.py"
    entry.write_text("from mine.other import go\ndef handler(event, context): go()\n")
    sites, unread = python.read(entry, "handler", (tmp_path / "mine",))
    assert ([each.operation for each in sites], unread) == (["ListQueues"], [])

"""A client under another name, kept, held or made by what Python calls itself is never passed over."""

from pathlib import Path

import pytest

from tests.unit.prove.support import Document, call
from tests.unit.prove.test_unread import S3, prove
from wellmade.prove.reading import python

READ = "    s3.get_object(Bucket='inbox', Key='a')\n"
H = "def handler(event, context):\n" + READ

HIDDEN: dict[str, str] = {
    "a method of a library that is called like a function of one's own": S3 + "from lib import Cache\ndef get(files): return None\n" + H + "    return Cache().get(boto3.client('sqs'))\n",
    "a library's function that is called like one's own, and a client beside it is read": S3 + "import lib\ndef get(files): return None\n" + H + "    return lib.get(s3)\n",
    "a library's function that is called like one's own, and a session": S3 + "import lib\ndef get(files): return None\n" + H + "    return lib.get(boto3.Session())\n",
    "`getattr` of the SDK": S3 + H + "    getattr(boto3, 'client')('sqs').list_queues()\n",
    "`getattr` of the SDK, kept": S3 + "make = getattr(boto3, 'client')\n" + H + "    make('sqs').list_queues()\n",
    "`getattr` of the SDK by a value": S3 + H + "    getattr(boto3, event['x'])('sqs').list_queues()\n",
    "the SDK, loaded": S3 + "import importlib\n" + H + "    importlib.import_module('boto3').client('sqs').list_queues()\n",
    "what loads, kept": S3 + "import importlib\nload = importlib.import_module\n" + H + "    load('boto3').client('sqs').list_queues()\n",
    "what loads, by another name": S3 + "from importlib import import_module as im\n" + H + "    im('boto3').client('sqs').list_queues()\n",
    "the SDK by another name": "import boto3 as b\nimport boto3\ns3=boto3.client('s3')\n" + H + "    b.client('sqs').list_queues()\n",
    "what makes clients, by another name": "import boto3\nfrom boto3 import client as make\ns3=boto3.client('s3')\n" + H + "    make('sqs').list_queues()\n",
    "everything of the SDK": "from boto3 import *\nimport boto3\ns3=boto3.client('s3')\n" + H + "    client('sqs').list_queues()\n",
    "a session by another name": S3 + "from boto3 import Session as S\n" + H + "    S().client('sqs').list_queues()\n",
    "the class of sessions, kept": S3 + "Make = boto3.session.Session\n" + H + "    Make().client('sqs').list_queues()\n",
    "what makes clients of a session, kept": S3 + "make = boto3.Session().client\n" + H + "    make('sqs').list_queues()\n",
    "what makes clients of a session by name, kept": S3 + "session = boto3.Session()\nmake = session.client\n" + H + "    make('sqs').list_queues()\n",
    "what makes clients, partly applied": S3 + "from functools import partial\nmake = partial(boto3.client, region_name='us-east-1')\n" + H + "    make('sqs').list_queues()\n",
    "a method, partly applied": S3 + "from functools import partial\nsqs = boto3.client('sqs')\nsend = partial(sqs.send_message, QueueUrl='a')\n" + H + "    send(MessageBody='x')\n",
    "a method, kept": S3 + "send = boto3.client('sqs').send_message\n" + H + "    send(MessageBody='x')\n",
    "a method of a client that is read, kept": S3 + "write = s3.put_object\n" + H + "    write(Bucket='inbox', Key='x')\n",
    "a method in a dictionary": S3 + "DO = {'put': s3.put_object}\n" + H + "    DO['put'](Bucket='inbox', Key='x')\n",
    "one of two methods": S3 + H + "    (s3.put_object if event else s3.get_object)(Bucket='inbox', Key='a')\n",
    "clients in a dictionary": S3 + "C = {'q': boto3.client('sqs'), 's': s3}\n" + H + "    C['q'].list_queues()\n",
    "clients in a dictionary that is made": S3 + "C = {n: boto3.client(n) for n in ('sqs', 's3')}\n" + H + "    C['sqs'].list_queues()\n",
    "a client that is read, in a dictionary": S3 + "C = {'s': s3}\n" + H + "    C['s'].put_object(Bucket='inbox', Key='b')\n",
    "a client in a list": S3 + "C = [s3]\n" + H + "    for c in C: c.put_object(Bucket='inbox', Key='b')\n",
    "a client in a tuple": S3 + H + "    a, b = s3, 1\n    a.put_object(Bucket='inbox', Key='b')\n",
    "a client that is set by a name": S3 + "class A: pass\n" + H + "    setattr(A, 'c', s3)\n    A.c.put_object(Bucket='inbox', Key='b')\n",
    "a client among the globals": S3 + H + "    globals()['s3'].put_object(Bucket='inbox', Key='b')\n",
    "a client among the arguments by name": S3 + "def go(**kw): kw['c'].put_object(Bucket='inbox', Key='b')\n" + H + "    go(c=s3)\n",
    "a client among the arguments": S3 + "def go(*a): a[0].put_object(Bucket='inbox', Key='b')\n" + H + "    go(s3)\n",
    "a client in a field": S3 + "from dataclasses import dataclass\n@dataclass\nclass D:\n    c: object\n" + H + "    d = D(s3)\n    d.c.put_object(Bucket='inbox', Key='b')\n",
    "a client that is yielded": S3 + "def gen(): yield s3\n" + H + "    for c in gen(): c.put_object(Bucket='inbox', Key='b')\n",
    "a client of a context": S3 + "from contextlib import contextmanager\n@contextmanager\ndef cm(): yield s3\n" + H + "    with cm() as c: c.put_object(Bucket='inbox', Key='b')\n",
    "a client as default": S3 + "def go(*, c=s3): c.put_object(Bucket='inbox', Key='b')\n" + H + "    go()\n",
    "`getattr` of a method": S3 + H + "    getattr(s3, 'put_object')(Bucket='inbox', Key='b')\n",
    "a method by its name": S3 + "from operator import methodcaller\n" + H + "    methodcaller('put_object', Bucket='inbox', Key='b')(s3)\n",
    "a client of a decorator": S3 + "def inject(f):\n    def inner(event, context): return f(event, context, boto3.client('sqs'))\n    return inner\n@inject\ndef handler(event, context, q):\n" + READ + "    q.list_queues()\n",
    "a class as decorator": S3 + "class Inject:\n    def __init__(self, f): self.f = f\n    def __call__(self, e, c):\n        boto3.client('sqs').list_queues()\n        return self.f(e, c)\n@Inject\n" + H,
    "an object that is called": S3 + "class Do:\n    def __call__(self):\n        boto3.client('sqs').list_queues()\ndo = Do()\n" + H + "    do()\n",
    "an object of a `with`": S3 + "class Do:\n    def __enter__(self):\n        boto3.client('sqs').list_queues()\n    def __exit__(self, *a): pass\n" + H + "    with Do(): pass\n",
    "an object that is asked for an item": S3 + "class Do:\n    def __getitem__(self, k):\n        return boto3.client('sqs').list_queues()\nd = Do()\n" + H + "    d['a']\n",
    "an object that is looped over": S3 + "class Do:\n    def __iter__(self):\n        yield boto3.client('sqs').list_queues()\n" + H + "    list(Do())\n",
    "an object that goes": S3 + "class Do:\n    def __del__(self):\n        boto3.client('sqs').list_queues()\n" + H + "    Do()\n",
    "an object that is filled": S3 + "from dataclasses import dataclass\n@dataclass\nclass Do:\n    a: int = 1\n    def __post_init__(self):\n        boto3.client('sqs').list_queues()\n" + H + "    Do()\n",
    "a class in small letters": S3 + "class do:\n    def __init__(self):\n        boto3.client('sqs').list_queues()\n" + H + "    do()\n",
    "a class that makes its objects": S3 + "class Do:\n    def __new__(cls):\n        boto3.client('sqs').list_queues()\n" + H + "    Do()\n",
    "a class that others inherit from": S3 + "class Do:\n    def __init_subclass__(cls):\n        boto3.client('sqs').list_queues()\nclass B(Do): pass\n" + H,
    "code from a text": S3 + "import builtins\n" + H + "    builtins.exec('x')\n",
    "a file that is run": S3 + "import runpy\n" + H + "    runpy.run_path('x.py')\n",
    "a module from a file": S3 + "import importlib.util\n" + H + "    m = importlib.util.module_from_spec(importlib.util.spec_from_file_location('a', 'b.py'))\n",
    "what is installed": S3 + "from importlib.metadata import entry_points\n" + H + "    for e in entry_points(group='x'): e.load()()\n",
    "a command that a name holds": S3 + "import os\nCMD='aws s3 rm x'\n" + H + "    os.system(CMD)\n",
    "words of a command that a name holds": S3 + "import subprocess\nCMD=['aws', 's3', 'rm']\n" + H + "    subprocess.run(CMD)\n",
    "the command line by its path": S3 + "import subprocess\n" + H + "    subprocess.run(['/opt/awscli/aws', 's3', 'rm'])\n",
    "the command line in a shell": S3 + "import subprocess\n" + H + "    subprocess.run('cd /tmp && aws s3 rm', shell=True)\n",
    "another program of Python": S3 + "import subprocess, sys\n" + H + "    subprocess.run([sys.executable, 'worker.py'])\n",
    "a client as attribute of a library": S3 + "import lib\nlib.client = s3\n" + H + "    lib.go()\n",
    "a session for a library": S3 + "import lib\nclass Row(lib.Model):\n    class Meta:\n        session = boto3.Session()\n" + H + "    Row().save()\n",
    "a client that is put into a dictionary for a library": S3 + "import lib\nX = {}\n" + H + "    X['c'] = s3\n    lib.go(X)\n",
    "a client that is put into a dictionary": S3 + "X = {}\n" + H + "    X['c'] = s3\n    X['c'].put_object(Bucket='inbox', Key='b')\n",
    "a thread that runs": S3 + "from threading import Thread\nclass T(Thread):\n    def run(self): boto3.client('sqs').list_queues()\n" + H + "    T().start()\n",
    "a class of a library that calls its methods": S3 + "import lib\nclass Hook(lib.Base):\n    def process(self): boto3.client('sqs').list_queues()\n" + H + "    Hook().run()\n",
    "a method that hands on to what it holds": S3 + "def put_object(held): held.put_object(Bucket='inbox', Key='b')\n" + H + "    put_object(event['it'])\n",
    "a service that a value names, of a session": S3 + "session = boto3.Session()\n" + H + "    session.client(event['x']).list_queues()\n",
    "functions of an object that values name": S3 + "class D:\n    def go(self, n): return getattr(self, 'on_' + n)()\n    def on_x(self): boto3.client('sqs').list_queues()\n" + H + "    D().go(event['n'])\n",
    "a function of the module that a value names, kept": S3 + "import sys\ndef on_x(): boto3.client('sqs').list_queues()\n" + H + "    f = getattr(sys.modules[__name__], event['n'])\n    f()\n",
    "a function among the globals": S3 + "def on_x(): boto3.client('sqs').list_queues()\n" + H + "    globals()[event['n']]()\n",
    "a method among what a class has": S3 + "class D:\n    def on_x(self): boto3.client('sqs').list_queues()\n" + H + "    D.__dict__[event['n']](D())\n",
    "classes that inherit": S3 + "class Base: pass\nclass Do(Base):\n    def __call__(self): boto3.client('sqs').list_queues()\n" + H + "    for each in Base.__subclasses__(): each()()\n",
    "what a module has": S3 + "import inspect, sys\ndef on_x(): boto3.client('sqs').list_queues()\n" + H + "    for _, f in inspect.getmembers(sys.modules[__name__]): f()\n",
    "what runs where it is no program": S3 + "if __name__ != '__main__':\n    boto3.client('sqs').list_queues()\n" + H,
    "what runs where it is no program, otherwise": S3 + "if __name__ == '__main__':\n    pass\nelse:\n    boto3.client('sqs').list_queues()\n" + H,
    "a default that calls": S3 + "def unused(x=boto3.client('sqs').list_queues()): pass\n" + H,
    "names that a module makes": S3 + "def __getattr__(name): boto3.client('sqs').list_queues()\n" + H,
    "what is inside the SDK": S3 + H + "    boto3.__dict__['client']('sqs').list_queues()\n",
    "what is inside the SDK, asked": S3 + H + "    boto3.__getattribute__('client')('sqs').list_queues()\n",
    "a session of one's own class": S3 + "class Mine(boto3.Session): pass\n" + H + "    make = Mine().client\n    make('sqs').list_queues()\n",
    "what makes a client for a library": S3 + "from collections import defaultdict\nD = defaultdict(lambda: boto3.client('s3'))\n" + H + "    D['a'].put_object(Bucket='inbox', Key='b')\n",
    "a decorator of a library": S3 + "from atexit import register\n@register\ndef bye(): boto3.client('sqs').list_queues()\n" + H,
    "a decorator that keeps": S3 + "T = {}\ndef keep(f): T['x'] = f\n@keep\ndef bye(): boto3.client('sqs').list_queues()\n" + H + "    T[event['x']]()\n",
    "a decorator that wraps and keeps": S3 + "from functools import wraps\nT = {}\ndef keep(f):\n    @wraps(f)\n    def inner(): return f()\n    T['x'] = inner\n    return inner\n@keep\ndef bye(): boto3.client('sqs').list_queues()\n" + H + "    T[event['x']]()\n",
    "an enumeration that is asked for what it lacks": S3 + "from enum import Enum\nclass E(Enum):\n    @classmethod\n    def _missing_(cls, v): boto3.client('sqs').list_queues()\n" + H + "    E(event['x'])\n",
    "settings that ask": S3 + "from pydantic_settings import BaseSettings\nclass E(BaseSettings):\n    @classmethod\n    def settings_customise_sources(cls, *a): boto3.client('sqs').list_queues()\n" + H + "    E()\n",
    "a signature by hand": S3 + H + "    go('https://sqs.eu-west-1.amazonaws.com', headers={'Authorization': 'AWS4-HMAC-SHA256 ' + sign()})\n",
    "the extension at a port of a name": S3 + "PORT = 2773\n" + H + "    go(f'http://localhost:{PORT}/secretsmanager/get?secretId=a')\n",
    "files by their address": S3 + "import fsspec\n" + H + "    fsspec.open('s3://inbox/b', 'w')\n",
    "a program in place of this one": S3 + "import os\n" + H + "    os.execl('/opt/aws', 'aws', 's3')\n",
    "a program of a loop": S3 + "import asyncio\nasync def go():\n    await asyncio.get_event_loop().subprocess_exec(None, 'aws', 's3')\n" + H + "    asyncio.run(go())\n",
    "a function by its path": S3 + "import pkgutil\n" + H + "    pkgutil.resolve_name('helper:write')()\n",
    "a paginator that a value names": S3 + H + "    s3.get_paginator(event['x']).paginate()\n",
    "an address of a method that a value names": S3 + H + "    s3.generate_presigned_url(event['x'])\n",
    "an address of a method that is told by name": S3 + H + "    s3.generate_presigned_url(ClientMethod='put_object', Params={'Bucket': 'inbox', 'Key': 'b'})\n",
    "what waits, kept": S3 + "wait = s3.get_waiter\n" + H + "    wait('bucket_exists').wait(Bucket='inbox')\n",
    "what uploads, kept": S3 + "up = s3.upload_file\n" + H + "    up('/tmp/a', 'inbox', 'b')\n",
    "a collection, kept": S3 + "b = boto3.resource('s3').Bucket('inbox')\n" + H + "    o = b.objects\n    for x in o.all(): x.delete()\n",
    "a service that a value names beside one that is told": S3 + "def make(service): return boto3.client(service)\n" + H + "    make(event['s']).list_queues()\n    make('s3')\n",
}  # fmt: skip


def heard(source: str) -> Document:
    line = source.splitlines().index(READ.rstrip()) + 1
    return call("s3", "GetObject", Bucket="inbox", Key="a") | {
        "frames": [["mine/handler.py", "handler", line]]
    }


@pytest.mark.parametrize("name", HIDDEN)
def test_neither_tests_nor_code_prove_it(tmp_path: Path, name: str) -> None:
    (tmp_path / "tested").mkdir()
    (tmp_path / "read").mkdir()
    source = HIDDEN[name]
    assert prove(tmp_path / "tested", source, heard(source)).verdict == "not judged"
    assert prove(tmp_path / "read", source).verdict in ("not judged", "not proven")


HELPER = "import boto3\n{above}def write(): boto3.client('sqs').list_queues()\n"


@pytest.mark.parametrize(("before", "then", "module", "above"), [
    ("from helper import write as w\n", "    w()\n", "helper.py", ""),
    ("import helper as h\n", "    h.write()\n", "helper.py", ""),
    ("import helper\n", "    getattr(helper, event['n'])()\n", "helper.py", ""),
    ("import helper\n", "    vars(helper)[event['n']]()\n", "helper.py", ""),
    ("import helper\n", "    helper.write()\n", "helper.py", "a newer kind of line\n"),
    ("import os, sys\nsys.path.append(os.path.join(os.path.dirname(__file__), 'vendor'))\nimport helper\n", "    helper.write()\n", "mine/vendor/helper.py", ""),
    ("import subprocess\n", "    subprocess.run(['./mine/put'])\n", "mine/put", ""),
], ids=["another name", "a module's other name", "by a value", "in a dictionary", "not parsed", "another folder", "a program"])  # fmt: skip
def test_a_module_of_ones_own_is_not_passed_over(
    tmp_path: Path, before: str, then: str, module: str, above: str
) -> None:
    source = S3 + before + H + then
    for name, calls in (("tested", [heard(source)]), ("read", [])):
        file = tmp_path / name / module
        file.parent.mkdir(parents=True)
        file.write_text(HELPER.format(above=above))
        assert prove(tmp_path / name, source, *calls).verdict in ("not judged", "not proven")


READ_WHOLE: dict[str, str] = {
    "a class of one's own": S3 + "class Store:\n    def __init__(self, held): self.held = held\n"
    "    def get(self): self.held.get_object(Bucket='inbox', Key='a')\n" + H + "    Store(s3).get()\n",
    "fields": S3 + "from dataclasses import dataclass\n@dataclass\nclass Store:\n    held: object\n"
    "    def get(self): self.held.get_object(Bucket='inbox', Key='a')\n" + H + "    Store(s3).get()\n",
    "a dictionary": S3 + "ALL = {'files': s3}\n" + H + "    ALL['files'].get_object(Bucket='inbox', Key='a')\n",
    "a loop": S3 + H + "    for each in [s3]: each.get_object(Bucket='inbox', Key='a')\n",
    "another program": S3 + "import subprocess\n" + H + "    subprocess.run(['convert', '/tmp/a'])\n",
    "a library that is loaded": S3 + "from importlib import import_module\n" + H + "    import_module('json')\n",
    "a local variable with the name of a method": S3 + "class Rows:\n"
    "    def read(self): s3.put_object(Bucket='inbox', Key='a')\n" + H + "    read = 1\n    return Rows(), read\n",
}  # fmt: skip


@pytest.mark.parametrize("name", READ_WHOLE)
def test_what_is_read_whole_is_no_row(tmp_path: Path, name: str) -> None:
    assert prove(tmp_path, READ_WHOLE[name]).verdict == "likely"


@pytest.mark.parametrize(("source", "rows"), [
    ("import sys\nfrom json import dumps\ndef main(): sys.stdout.write(dumps({}))\nif __name__ == '__main__': main()\n", []),
    ("import boto3\nif __name__ == '__main__':\n    boto3.client('sqs').list_queues()\n", ["a program that a value names"]),
], ids=["calls nothing", "calls"])  # fmt: skip
def test_a_program_of_ones_own_is_read(tmp_path: Path, source: str, rows: list[str]) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/worker.py").write_text(source)
    handler = tmp_path / "mine/handler.py"
    handler.write_text(
        "import subprocess, sys\ndef handler(event, context): subprocess.run([sys.executable, '-m', 'worker'])\n"
    )
    assert [each.what for each in python.read(handler, "handler", (tmp_path / "mine",))[1]] == rows

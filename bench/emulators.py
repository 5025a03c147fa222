"""Messages, files, executions, invocations a second, and memory: beside MiniStack as it is, and moto.

They run at once and take turns, so that whatever else the machine does meets all of them alike. What security
costs is told by one more: the embedded AWS without signatures, IAM and the look at hosts and origins. It is a
share of the processor's time, the client's included, since rates on a busy machine waver by more.
"""

import io
import json
import os
import shlex
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import boto3
import psutil
from botocore.config import Config

from wellmade.local import server
from wellmade.local.toolchain import built_once, digest_of, ministack_python, run_or_explain

ROUNDS = 5
COUNT = 100
"""Messages, files and executions of one round."""
THREADS = 4
FLASK = ["flask==3.1.2", "flask-cors==6.0.1"]
"""What the server of the moto that is here needs besides."""
TRUST = json.dumps({"Version": "2012-10-17", "Statement": []})
DEFINITION = json.dumps({"StartAt": "Pass", "States": {"Pass": {"Type": "Pass", "End": True}}})


@dataclass(frozen=True)
class Emulator:
    """One that runs: its process, its clients, and whether it runs functions and machines."""

    name: str
    pid: int
    client: Callable[[str], Any]
    runs_code: bool = True

    def memory(self) -> float:
        """Megabytes of its process and of all that it started."""
        resident: int = sum(each.memory_info().rss for each in self._family())
        return resident / 1024 / 1024

    def processor(self) -> float:
        """Seconds at work of its processes and of this one, which a busy machine makes no longer."""
        times = [each.cpu_times() for each in self._family()]
        return time.process_time() + float(sum(each.user + each.system for each in times))

    def _family(self) -> list[psutil.Process]:
        process = psutil.Process(self.pid)
        return [each for each in (process, *process.children(recursive=True)) if each.is_running()]


def main() -> int:
    """Print a row for each figure; return 1 where something was lost."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        started = (_ours(folder), _unguarded(folder), _plain(folder), _moto())
        emulators = [stack.enter_context(each) for each in started]
        lost = sum(_measured(emulators))
        memory = "   ".join(f"{each.name} {each.memory():4.0f}" for each in emulators)
    sys.stdout.write(f"{'memory, MB':28} {memory}\n{lost} lost\n")
    return 1 if lost else 0


def _measured(emulators: list[Emulator]) -> Iterator[int]:
    for title, prepare in (
        ("messages a second", _messages),
        ("files a second", _files),
        ("executions a second", _executions),
        ("invocations a second", _invocations),
    ):
        chosen = [each for each in emulators if each.runs_code or prepare in (_messages, _files)]
        rounds = {each.name: prepare(each) for each in chosen}
        rates: dict[str, list[float]] = {each.name: [] for each in chosen}
        spent: dict[str, list[float]] = {each.name: [] for each in chosen}
        for _ in range(ROUNDS):
            for each in chosen:
                began, at_work = time.monotonic(), each.processor()
                yield COUNT - rounds[each.name]()
                rates[each.name].append(COUNT / (time.monotonic() - began))
                spent[each.name].append(each.processor() - at_work)
        shown = "   ".join(f"{name} {statistics.median(found):4.0f}" for name, found in rates.items())
        price = 1 - statistics.median(spent["unguarded"]) / statistics.median(spent["wellmade"])
        sys.stdout.write(f"{title:28} {shown}   security: {price:.0%} of the processor's time\n")
        sys.stdout.flush()


def _in_parallel(act: Callable[[int], int]) -> int:
    with ThreadPoolExecutor(THREADS) as pool:
        return sum(pool.map(act, range(COUNT)))


def _messages(emulator: Emulator) -> Callable[[], int]:
    """Send, receive and delete; what comes back twice counts once."""
    sqs = emulator.client("sqs")
    queue = sqs.create_queue(QueueName="bench")["QueueUrl"]

    def one_round() -> int:
        _in_parallel(lambda n: bool(sqs.send_message(QueueUrl=queue, MessageBody=str(n))))
        seen: set[str] = set()
        while batch := sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages"):
            for message in batch:
                sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
            seen |= {message["Body"] for message in batch}
        return len(seen)

    return one_round


def _files(emulator: Emulator) -> Callable[[], int]:
    """Write 10 KB and read them back."""
    s3 = emulator.client("s3")
    s3.create_bucket(Bucket="bench-files")
    body = os.urandom(10_000)

    def one(number: int) -> int:
        s3.put_object(Bucket="bench-files", Key=str(number), Body=body)
        return int(s3.get_object(Bucket="bench-files", Key=str(number))["Body"].read() == body)

    return lambda: _in_parallel(one)


def _executions(emulator: Emulator) -> Callable[[], int]:
    """Start them all, then wait for the last."""
    states = emulator.client("stepfunctions")
    role = emulator.client("iam").create_role(RoleName="bench", AssumeRolePolicyDocument=TRUST)["Role"]["Arn"]
    machine = states.create_state_machine(name="bench", roleArn=role, definition=DEFINITION)[
        "stateMachineArn"
    ]

    def one(_number: int) -> int:
        arn = states.start_execution(stateMachineArn=machine, input="{}")["executionArn"]
        while (status := states.describe_execution(executionArn=arn)["status"]) == "RUNNING":
            time.sleep(0.005)
        return int(status == "SUCCEEDED")

    return lambda: _in_parallel(one)


def _invocations(emulator: Emulator) -> Callable[[], int]:
    """Invoke a function that gives back what it is given."""
    functions = emulator.client("lambda")
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("index.py", "def handler(event, context):\n    return event\n")
    role = emulator.client("iam").create_role(RoleName="echo", AssumeRolePolicyDocument=TRUST)["Role"]["Arn"]
    functions.create_function(
        FunctionName="echo",
        Runtime="python3.13",
        Role=role,
        Handler="index.handler",
        Code={"ZipFile": code.getvalue()},
    )

    def one(number: int) -> int:
        answer = functions.invoke(FunctionName="echo", Payload=json.dumps(number))
        return int(json.load(answer["Payload"]) == number)

    return lambda: _in_parallel(one)


@contextmanager
def _ours(folder: Path, name: str = "wellmade") -> Iterator[Emulator]:
    with server.start(folder / name, lifetime=timedelta(minutes=30), parent=os.getpid()) as cloud:
        yield Emulator(name, cloud.pid, cloud.client)


@contextmanager
def _unguarded(folder: Path) -> Iterator[Emulator]:
    """The same without what keeps others out, started by a program in the place of its interpreter."""
    python = folder / "python"
    command = shlex.join([str(ministack_python()), "-P", str(Path(__file__).with_name("unguarded.py"))])
    python.write_text(f'#!/bin/sh\nshift 3  # -P -m extension.serve\nexec {command} "$@"\n')
    python.chmod(0o700)
    with patch.object(server, "ministack_python", lambda: python), _ours(folder, "unguarded") as emulator:
        yield emulator


@contextmanager
def _plain(folder: Path) -> Iterator[Emulator]:
    """MiniStack without our extension: nothing is signed, no right is asked for."""
    port = _free_port()
    own = {"BIND_HOST": "127.0.0.1", "GATEWAY_PORT": str(port), "IOT_MTLS_ENABLED": "0"}
    own |= {
        "MINISTACK_HOST": "localhost",
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "TMPDIR": str(folder),
    }
    with _running([str(ministack_python().parent / "ministack")], own) as process:
        yield Emulator("MiniStack", process.pid, _clients(port, "/_ministack/health"))


@contextmanager
def _moto() -> Iterator[Emulator]:
    def build(folder: Path) -> None:
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--target", str(folder), *FLASK]
        run_or_explain(pip, hint="connect to a package index once")

    port = _free_port()
    packages = built_once(f"moto-server-{digest_of(' '.join(FLASK).encode())}", build)
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    own = {"PATH": os.environ["PATH"], "PYTHONPATH": str(packages)}
    with _running(command, own) as process:
        yield Emulator("moto", process.pid, _clients(port, "/moto-api/"), runs_code=False)


@contextmanager
def _running(command: list[str], environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            yield process
        finally:
            family = psutil.Process(process.pid).children(recursive=True)
            process.terminate()
            psutil.wait_procs(family, timeout=5, callback=None)
            for each in family:
                if each.is_running():
                    each.kill()


def _free_port() -> int:
    with socket.socket() as own:
        own.bind(("127.0.0.1", 0))
        return int(own.getsockname()[1])


def _clients(port: int, health: str) -> Callable[[str], Any]:
    """Wait until it answers; return what makes a client of it."""
    endpoint, deadline = f"http://127.0.0.1:{port}", time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            urllib.request.urlopen(endpoint + health)  # noqa: S310 - of this machine
            break
        except OSError:
            time.sleep(0.1)
    session = boto3.Session("test", "test", region_name="us-east-1")
    config = Config(s3={"addressing_style": "path"}, proxies={}, retries={"max_attempts": 2})
    return lambda service: session.client(service, endpoint_url=endpoint, config=config)


if __name__ == "__main__":
    sys.exit(main())

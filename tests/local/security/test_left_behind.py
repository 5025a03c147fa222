"""A handler that starts something in the background, out of its group and without a parent."""

import json
import os
import signal
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import psutil
import pytest

from tests.local.functions import make_function
from wellmade.local.isolation import isolation
from wellmade.local.server import LocalCloud, start

pytestmark = [
    pytest.mark.local,
    pytest.mark.skipif(
        "root" in isolation().missing, reason="this system keeps no process apart, as `up` tells"
    ),
]

HANDLER = """
import os, time

def handler(event, context):
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            os.execvp("sleep", ["sleep", event["for"]])
        os._exit(0)
    os.wait()
    time.sleep(event["longer"])
"""


def invoke(cloud: LocalCloud, seconds: str, longer: float = 0) -> None:
    name = f"sleeper-{seconds}"
    client = make_function(cloud, name, HANDLER, Timeout=2)
    client.invoke(FunctionName=name, Payload=json.dumps({"for": seconds, "longer": longer}))


def left(seconds: str) -> list[int]:
    """Return what sleeps for so long; what has ended and is not yet told its parent does not count."""
    return [
        process.pid
        for process in psutil.process_iter(["cmdline", "status"])
        if process.info["cmdline"] == ["sleep", seconds] and process.info["status"] != psutil.STATUS_ZOMBIE
    ]


def test_it_ends_with_the_function_that_took_too_long(
    cloud: LocalCloud, eventually: Callable[..., None]
) -> None:
    invoke(cloud, "4711.5", longer=20)

    eventually(lambda: not left("4711.5"))


def test_it_ends_with_its_cloud(tmp_path: Path, eventually: Callable[..., None]) -> None:
    with start(tmp_path, lifetime=timedelta(minutes=5), parent=os.getpid()) as cloud:
        invoke(cloud, "4712.5")
        assert left("4712.5")

    eventually(lambda: not left("4712.5"))


def test_or_with_the_next_one_where_its_cloud_was_killed(tmp_path: Path) -> None:
    with start(tmp_path, lifetime=timedelta(minutes=5), parent=os.getpid()) as cloud:
        invoke(cloud, "4713.5")
        os.kill(cloud.pid, signal.SIGKILL)
        psutil.wait_procs([psutil.Process(cloud.pid)] if psutil.pid_exists(cloud.pid) else [], timeout=10)
        assert left("4713.5")
    with start(tmp_path, lifetime=timedelta(minutes=5), parent=os.getpid()):
        assert not left("4713.5")

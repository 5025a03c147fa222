"""A deployment that hangs says what it waits for."""

import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from wellmade.local import progress
from wellmade.local.progress import spoken, waited_for
from wellmade.local.server import LocalCloud

CLOUD = LocalCloud("http://127.0.0.1:1", 1, Path(), "secret")


class Formation:
    """CloudFormation in the middle of a deployment."""

    def get_paginator(self, name: str) -> Any:
        ask = getattr(self, name)
        return SimpleNamespace(paginate=lambda **about: [ask(**about)])

    def describe_stacks(self) -> Any:
        return {
            "Stacks": [
                {"StackName": "shop", "StackStatus": "CREATE_IN_PROGRESS"},
                {"StackName": "old", "StackStatus": "CREATE_COMPLETE"},
            ]
        }

    def describe_stack_events(self, StackName: str) -> Any:  # noqa: N803 - boto3's name
        kinds = [
            ("Queue", "CREATE_COMPLETE"),
            ("Hook", "CREATE_IN_PROGRESS"),
            ("Queue", "CREATE_IN_PROGRESS"),
        ]
        return {
            "StackEvents": [
                {"LogicalResourceId": name, "ResourceStatus": status, "ResourceType": f"Custom::{name}"}
                for name, status in [*kinds, (StackName, "CREATE_IN_PROGRESS")]
            ]
        }


def test_it_names_the_resources_that_are_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(LocalCloud, "client", lambda _self, _service: Formation())

    assert waited_for(CLOUD) == "Hook (Custom::Hook) of shop"


def test_each_silence_is_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "waited_for", lambda _cloud: "")
    said: list[str] = []

    with spoken(CLOUD, said.append, "cdk synth", pause=0.01) as pass_on:
        pass_on("a line")
        while len(said) < 2:
            time.sleep(0.01)

    assert said[0] == "a line"
    assert said[1].endswith("it waits for cdk synth")


def test_a_line_that_is_left_out_breaks_no_silence(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the CDK command line says of each resource is not shown."""
    monkeypatch.setattr(progress, "waited_for", lambda _cloud: "")
    said: list[str] = []

    def report(line: str) -> bool:
        shown = line.startswith("wellmade:")
        said.extend([line] if shown else [])
        return shown

    with spoken(CLOUD, report, "cdk deploy", pause=0.05) as pass_on:
        while not said:
            pass_on("CREATE_IN_PROGRESS")
            time.sleep(0.01)

    assert said[0].endswith("it waits for cdk deploy")


def test_a_cloud_that_is_too_busy_to_answer_delays_no_line(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = threading.Event()
    monkeypatch.setattr(progress, "waited_for", lambda _cloud: answer.wait(10) and "Hook of shop")
    said: list[str] = []

    with spoken(CLOUD, said.append, "cdk deploy", pause=0.01):
        while not said:
            time.sleep(0.01)
        answer.set()

    assert said[0].endswith("it waits for cdk deploy")


ASKS_A_CLOUD_THAT_NEVER_ANSWERS = """
import os, signal, socket, threading, time
from pathlib import Path
from wellmade.local.progress import spoken
from wellmade.local.server import LocalCloud
signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored by what a shell has started in the background
server, held = socket.create_server(("127.0.0.1", 0)), []
def accept():
    while True:
        held.append(server.accept())
        os.write(1, b"asked\\n")  # a lock of print could be held when the interpreter ends
threading.Thread(target=accept, daemon=True).start()
cloud = LocalCloud(f"http://127.0.0.1:{server.getsockname()[1]}", 1, Path(), "secret")
with spoken(cloud, str, "cdk deploy"):
    time.sleep(600)
"""


def test_an_interrupt_waits_for_no_answer() -> None:
    """The SDK alone would wait for three minutes; the limit is there to fail, not to measure."""
    with subprocess.Popen(
        [sys.executable, "-c", ASKS_A_CLOUD_THAT_NEVER_ANSWERS], stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout
            assert process.stdout.readline() == "asked\n"
            process.send_signal(signal.SIGINT)
            assert process.wait(60) == -signal.SIGINT
        finally:
            process.kill()

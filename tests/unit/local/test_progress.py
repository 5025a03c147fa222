"""A deployment that hangs says what it waits for."""

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

"""Which calls functions and programs made in a running embedded AWS, as a recording for `wellmade prove`."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from wellmade.errors import WellmadeError
from wellmade.local.access import ACCOUNT, REGION
from wellmade.local.deployed import Resource, deployed
from wellmade.local.server import LocalCloud
from wellmade.local.state import scratch_folder

VERSION = 2
"""Of recordings; `pytest --record-calls` writes the same."""
_FILE = "calls.jsonl"
_PROGRAM = "task."
"""What the name of a program's session begins with; its family follows."""


def recording(cloud: LocalCloud) -> dict[str, Any]:
    """Return every call that a deployed function or program made since the embedded AWS was started.

    Raises:
        WellmadeError: If no stack is deployed, or nothing has called anything yet.
    """
    resources = deployed(cloud)
    workloads = dict(_sessions(resources))
    lines = [line for line in _lines(cloud) if _session(line) in workloads]
    if not lines:
        raise WellmadeError(
            "no function has called anything here yet; send something in with: wellmade local drive"
        )
    return {
        "version": VERSION,
        "root": str(Path.cwd()),
        "witness": "local cloud",
        "account": ACCOUNT,
        "calls": [_call(line, workloads) for line in lines if line["operation"] and not line.get("more")],
        "unread": [_unread(line, workloads) for line in lines if line.get("more") or not line["operation"]],
        "variables": {},
        "names": {f"{each.stack}/{each.logical_id}": each.physical_id for each in resources},
    }


def _lines(cloud: LocalCloud) -> Iterator[Mapping[str, Any]]:
    file = scratch_folder(cloud.state_dir) / _FILE
    for line in file.read_text().splitlines() if file.exists() else ():
        yield json.loads(line)


def _session(line: Mapping[str, Any]) -> str:
    return str(line["session"]).rpartition("/")[2]


def _sessions(resources: list[Resource]) -> Iterator[tuple[str, str]]:
    """Yield the sessions of functions and programs, each with the id that the graph has for them."""
    for each in resources:
        if each.type == "AWS::Lambda::Function":
            yield each.physical_id[:64], f"{each.stack}/{each.logical_id}"
        elif each.type == "AWS::ECS::TaskDefinition":
            family = each.name.partition(":")[0]
            yield f"{_PROGRAM}{family}"[:64], f"{each.stack}/{each.logical_id}"


def _call(line: Mapping[str, Any], workloads: Mapping[str, str]) -> dict[str, Any]:
    return {
        "service": line["service"],
        "operation": line["operation"],
        "parameters": line["parameters"],
        "region": line["region"],
        "default_region": line["region"] == REGION,
        "function": workloads[_session(line)],
    }


def _unread(line: Mapping[str, Any], workloads: Mapping[str, str]) -> dict[str, str]:
    """Say what was called and is not known whole."""
    function = workloads[_session(line)]
    if line.get("more"):
        called = f"{line['service']}:{line['operation']}"
        return {
            "function": function,
            "what": called,
            "reason": "it was called in more ways than the log keeps",
        }
    parameters = line["parameters"]
    called = f"{line['service']}: {parameters.get('Method')} {parameters.get('Path')}"
    return {"function": function, "what": called, "reason": "no API that is known has such a request"}

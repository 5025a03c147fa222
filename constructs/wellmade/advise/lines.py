"""The lines that build what was chosen: imports, then what stands in a stack's constructor."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml  # type: ignore[import-untyped]

from wellmade.advise.advice import Advice

_MODULES = {
    "ec2": "from aws_cdk import aws_ec2 as ec2",
    "rds": "from aws_cdk import aws_rds as rds",
    "scheduler": "from aws_cdk import aws_scheduler as scheduler",
}
_NEEDS_NETWORK = ("aurora", "instance", "cache")
_POOL = 5
"""Connections of a task; a run of a function has one."""
_RESERVED = 20
"""Runs at once of a function before a database, where nothing says how many it takes."""


@dataclass(frozen=True)
class Lines:
    """Code, or why there is none."""

    code: str = ""
    missing: str = ""


def lines_for(advice: Advice) -> Lines:
    """Return the code that builds what was chosen, or the sentence why Wellmade has none."""
    refused = [one.question.title.lower() for one in advice.answers if one.chosen is None]
    if refused:
        return Lines(missing=f"nothing to build: every option for {' and '.join(refused)} is refused")
    choice = {one.question.name: one.chosen.option for one in advice.answers if one.chosen}
    kind = {"lambda": "function", "fargate": "task"}.get(choice["compute"].name)
    if kind is None:
        return Lines(missing=f"Wellmade has no construct for {choice['compute'].title}")
    names = {question: option.name for question, option in choice.items()}
    downstream = int(advice.workload.number("downstream")) or _RESERVED
    entry = _entry(kind, names, starts_with=str(advice.workload.answers["starts_with"]))
    if entry is None:
        titles = " and ".join(option.title for name, option in choice.items() if name != "data_store")
        return Lines(missing=f"Wellmade has no construct that joins {titles}")
    return Lines(_code(kind, entry, names, max(2, downstream)))


def _entry(kind: str, names: Mapping[str, str], *, starts_with: str) -> str | None:
    """Return the lines that join what starts the work with what does it; None where there are none."""
    known = _texts()
    messaging, front = names.get("messaging"), names.get("front_door", "")
    if messaging is None:
        return known[kind].get(front)
    if starts_with == "files" and front == "presigned" and messaging == "queue":
        return known[kind]["files"]
    worker = known[kind].get(messaging)
    if starts_with == "files":
        return None
    if starts_with != "requests" or worker is None:
        return worker
    if kind == "function" and messaging == "queue" and front in known["intake"]:
        return known["function"]["jobs"]
    intake = known["intake"].get(front)
    return f"{worker}{intake}{known['sends'][messaging]}\n" if intake else None


def _code(kind: str, entry: str, names: Mapping[str, str], reserved: int) -> str:
    data = names.get("data_store", "")
    networked = data in _NEEDS_NETWORK
    network = f", vpc=network.vpc, reserved_concurrency={reserved}" if networked else ""
    workload = "handler" if kind == "function" else _first(("service", "worker", "task"), entry)
    stream = "" if "stream = " in entry else 'stream = EventStream(self, "Records")\n'
    body = (entry + _texts()["data"].get(data, "")).format(
        network=network,
        workload=workload,
        connections=1 if kind == "function" else _POOL,
        bound=", max_concurrency=2" if workload == "task" else "",
        stream=stream,
    )
    if "network.vpc" in body:
        body = f'network = Network(self, "Network")\n{body}'
    return f"{_imports(body)}\n\n{body}"


def _first(names: tuple[str, ...], text: str) -> str:
    return next(name for name in names if re.search(rf"^{name} = ", text, re.MULTILINE))


def _imports(body: str) -> str:
    words = set(re.findall(r"\w+", body))
    found = [line for module, line in _MODULES.items() if re.search(rf"\b{module}\.", body)]
    for package, names in _texts()["imports"].items():
        used = [name for name in names.split() if name in words]
        if used:
            found.append(f"from {package} import {', '.join(used)}")
    return "\n".join(sorted(found))


@cache
def _texts() -> Mapping[str, Mapping[str, str]]:
    found: dict[str, dict[str, str]] = yaml.safe_load((Path(__file__).with_suffix(".yaml")).read_text())
    return found

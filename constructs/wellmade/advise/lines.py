"""The lines that build what was chosen: imports, then what stands in a stack's constructor."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil

from wellmade.advise import connections
from wellmade.advise.advice import Advice
from wellmade.advise.entries import ROLES, Entry, entry_for
from wellmade.advise.line_texts import imports, size_of, texts
from wellmade.advise.sizes import (
    MOST_TASKS,
    capped,
    function_options,
    polling_options,
    readers,
    service_options,
    service_remark,
    task_options,
    worker_options,
)
from wellmade.advise.workload import Workload
from wellmade.facts.lambda_ import MANAGED_LEAST_MEMORY, MEMORY

_NEEDS_NETWORK = ("aurora", "instance", "cache")
_KINDS = {
    "lambda": "function",
    "managed_instances": "managed",
    "fargate": "task",
    "ecs_ec2": "instances",
    "eks": "pods",
}
_MEMBERS = {"managed": "members", "instances": "service", "pods": "cluster"}
"""Who is let in where a program is no construct of Wellmade."""


@dataclass(frozen=True)
class Lines:
    """Code, or why there is none."""

    code: str = ""
    missing: str = ""


def lines_for(advice: Advice) -> Lines:
    """Return the code that builds what was chosen, or the sentence why there is none."""
    refused = [one.question.title.lower() for one in advice.answers if one.chosen is None]
    if refused:
        return Lines(missing=f"nothing to build: every option for {' and '.join(refused)} is refused")
    choice = {one.question.name: one.chosen.option for one in advice.answers if one.chosen}
    names = {question: option.name for question, option in choice.items()}
    entry = entry_for(_KINDS.get(names["compute"], ""), names, str(advice.workload.answers["starts_with"]))
    if entry is None:
        titles = " and ".join(option.title for name, option in choice.items() if name != "data_store")
        return Lines(missing=f"there are no lines that join {titles}")
    return Lines(_code(entry, names, advice.workload))


def _code(entry: Entry, names: Mapping[str, str], workload: Workload) -> str:
    data, kind = names.get("data_store", ""), entry.kind
    body = entry.body + texts()["plain_data" if kind in _MEMBERS else "data"].get(data, "")
    if workload.answers["starts_with"] == "table_changes":
        body += texts()["changes"].get(names.get("messaging", ""), "")
    body = body.format(**_placeholders(entry, data, workload))
    if "network.vpc" in body:
        body = f'network = Network(self, "Network")\n{body}'
    return f"{imports(body)}\n\n{body}"


def _placeholders(entry: Entry, data: str, workload: Workload) -> dict[str, str | int]:
    kind, used = entry.kind, _workload(entry)
    memory, gpu = workload.number("memory"), bool(workload.answers["gpu"])
    size = size_of(memory, gpu=gpu)
    bound = connections.MOST_TASKS if data == "aurora" else MOST_TASKS
    pool = connections.each(kind, workload) if data in ("aurora", "instance") else None
    return {
        "network": _function_options(kind, data, workload),
        "workload": used,
        "connections": connections.each(kind, workload),
        "capacity": connections.capacity_options(kind, used, workload),
        "polling": polling_options(workload),
        "size": task_options(workload),
        "service": service_options(workload, bound, pool),
        "remark": service_remark(workload, pool),
        "worker": worker_options(workload, bound),
        "tasks": readers(workload),
        "capped": capped(workload),
        "bound": connections.bound_option(kind, used, workload),
        "stream": "" if "stream = " in entry.body else 'stream = EventStream(self, "Records")\n',
        "queue": "worker" if kind in ROLES and kind != "managed" else "worker.queue",
        "role": ROLES.get(kind, ""),
        "members": _MEMBERS.get(kind, ""),
        "instance": size.instance,
        "hardware": size.hardware,
        "rate": max(1, ceil(workload.number("peak"))),
        "burst": max(1, ceil(2 * workload.number("peak"))),
        "more": f"handler.node.default_child.memory_size = {int(memory)}\n" if memory > MEMORY[1] else "",
        "memory": size.memory,
        "gpu": "\n    gpu_count=1," if gpu else "",
    }


def _workload(entry: Entry) -> str:
    """Return the name of what uses the data, where that is a construct of Wellmade."""
    if entry.kind in ("function", "managed"):
        return "handler"
    if entry.kind != "task":
        return "task"
    found = re.findall(r"^(?:\{remark\})?(service|worker|task) = ", entry.body, re.MULTILINE)
    return next(name for name in ("service", "worker", "task") if name in found)


def _function_options(kind: str, data: str, workload: Workload) -> str:
    """Return the options of the function that does the work, beside its code."""
    memory = workload.number("memory")
    if kind == "managed":
        kept = int(min(max(memory, MANAGED_LEAST_MEMORY), MEMORY[1]))
        return f", memory_size={kept}, reserved_concurrency=None"
    if data not in _NEEDS_NETWORK:
        return function_options(workload)
    return f", vpc=network.vpc{function_options(workload, connections.RESERVED)}"

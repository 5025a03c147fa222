"""State machines, their executions, and how an execution is drawn. Nothing here changes anything."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from wellmade.local.deployed import deployed_or_none, of_type
from wellmade.local.server import LocalCloud

Asked = Mapping[str, str]
Answer = Mapping[str, Any]
States = Mapping[str, Mapping[str, Any]]
MOST = 50
"""Executions that are listed of a machine, the latest first."""
_ENDED = ("ExecutionFailed", "ExecutionAborted", "ExecutionTimedOut")


def machines(cloud: LocalCloud, _asked: Asked) -> Answer:
    """Return the state machines."""
    resources = of_type(deployed_or_none(cloud), "AWS::StepFunctions::StateMachine")
    return {
        "machines": [
            {
                "id": each.logical_id,
                "stack": each.stack,
                "name": each.physical_id.rsplit(":", 1)[-1],
                "arn": each.physical_id,
            }
            for each in resources
        ]
    }


def executions(cloud: LocalCloud, asked: Asked) -> Answer:
    """Return the executions of a machine, and its drawing before anything has happened."""
    states = cloud.client("stepfunctions")
    found = states.list_executions(stateMachineArn=asked["machine"], maxResults=MOST)["executions"]
    machine = states.describe_state_machine(stateMachineArn=asked["machine"])
    return {
        "executions": [
            {"arn": each["executionArn"], "name": each["name"], "status": each["status"]} for each in found
        ],
        "drawing": drawing(json.loads(machine["definition"]), {}),
    }


def execution(cloud: LocalCloud, asked: Asked) -> Answer:
    """Return what an execution did, and its drawing."""
    states = cloud.client("stepfunctions")
    described = states.describe_execution(executionArn=asked["arn"])
    pages = states.get_paginator("get_execution_history").paginate(executionArn=asked["arn"])
    events = [event for page in pages for event in page["events"]]
    machine = states.describe_state_machine(stateMachineArn=described["stateMachineArn"])
    return {
        "name": described["name"],
        "status": described["status"],
        "input": described.get("input", ""),
        "output": described.get("output", ""),
        "error": described.get("error", ""),
        "cause": described.get("cause", ""),
        "events": [_event(event) for event in events],
        "drawing": drawing(json.loads(machine["definition"]), progress(events)),
    }


def progress(events: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Return how far each state came: running, done or failed."""
    came: dict[str, str] = {}
    for event in events:
        kind = event["type"]
        if kind.endswith("StateEntered"):
            came[event["stateEnteredEventDetails"]["name"]] = "running"
        elif kind.endswith("StateExited"):
            came[event["stateExitedEventDetails"]["name"]] = "done"
        elif kind in _ENDED:
            came |= {name: "failed" for name, state in came.items() if state == "running"}
    return came


def drawing(definition: Mapping[str, Any], came: Mapping[str, str]) -> Answer:
    """Lay the states out in rows, each below what leads to it first.

    Returns:
        Nodes with name, type, row, column and how far they came, and edges between names.
    """
    nodes = dict(_states(definition))
    edges = list(_edges(definition))
    rows = _rows(str(definition["StartAt"]), edges)
    columns: dict[int, int] = {}
    drawn = []
    for name, state in nodes.items():
        row = rows.get(name, 0)
        columns[row] = columns.get(row, -1) + 1
        place = {"row": row, "column": columns[row], "state": came.get(name, "")}
        drawn.append({"name": name, "type": state.get("Type", ""), **place})
    return {"nodes": drawn, "edges": [{"from": a, "to": b, "why": why} for a, b, why in edges]}


def _states(definition: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield every state, those within branches and iterations, too."""
    for name, state in definition["States"].items():
        yield name, state
        for inner in _inner(state):
            yield from _states(inner)


def _inner(state: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    inner = [*state.get("Branches", [])]
    inner += [state[key] for key in ("ItemProcessor", "Iterator") if key in state]
    return inner


def _edges(definition: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Yield from where to where execution may go, and when if not always."""
    for name, state in definition["States"].items():
        if "Next" in state:
            yield name, state["Next"], ""
        if "Default" in state:
            yield name, state["Default"], "otherwise"
        for choice in state.get("Choices", []):
            yield name, choice["Next"], "if"
        for catch in state.get("Catch", []):
            yield name, catch["Next"], "error"
        for inner in _inner(state):
            yield name, inner["StartAt"], "each" if state["Type"] == "Map" else ""
            yield from _edges(inner)


def _rows(start: str, edges: Sequence[tuple[str, str, str]]) -> dict[str, int]:
    """Return the row of each state that can be reached: one below the state that leads to it first."""
    rows, line = {start: 0}, [start]
    for name in line:
        for source, target, _ in edges:
            if source == name and target not in rows:
                rows[target] = rows[name] + 1
                line.append(target)
    return rows


def _event(event: Mapping[str, Any]) -> Answer:
    details: Mapping[str, Any] = next(
        (value for key, value in event.items() if key.endswith("EventDetails")), {}
    )
    said = details.get("name") or details.get("error") or details.get("resource") or ""
    more = details.get("cause") or details.get("output") or details.get("input") or ""
    return {"time": event["timestamp"].timestamp() * 1000, "type": event["type"], "said": said, "more": more}

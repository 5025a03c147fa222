"""Gap: a state machine with a log group writes nothing into it.

Each event of an execution becomes a line, as far as the level lets it.
"""

# ruff: noqa: SLF001 - patches replace private names of the pinned MiniStack; a test asserts that each exists

import json
import time
from collections.abc import Mapping
from typing import Any

from ministack.services import stepfunctions

from .log_groups import write_line

_ENDS = ("ExecutionAborted", "ExecutionFailed", "ExecutionTimedOut")
_FAILURES = ("Failed", "Aborted", "TimedOut", "FailStateEntered")
_DATA = ("input", "output", "inputDetails", "outputDetails", "parameters", "cause", "result")
"""What stays out of the log where execution data is not included."""


def apply() -> None:
    """Write where an event is added."""
    add = stepfunctions._add_event

    def add_and_write(execution: dict[str, Any], kind: str, *given: Any, **options: Any) -> Any:
        added = add(execution, kind, *given, **options)
        if added is None:  # the execution is over
            return None
        settings = _settings(execution)
        first = 0 if added["id"] == 2 else -1  # the start is there before any other is added
        for event in execution["events"][first:]:
            if _is_wanted(event["type"], settings.get("level", "OFF")):
                _write(execution, event, settings)
        return added

    stepfunctions._add_event = add_and_write


def _settings(execution: Mapping[str, Any]) -> dict[str, Any]:
    """Return how the machine logs, spelled as the API does; a template begins its names large."""
    machine = stepfunctions._state_machines.get(execution.get("stateMachineArn", "")) or {}
    given = machine.get("loggingConfiguration") or {}
    return {f"{name[:1].lower()}{name[1:]}": value for name, value in given.items()}


def _is_wanted(kind: str, level: str) -> bool:
    """Tell whether a level lets an event through."""
    if level == "ERROR":
        return kind.endswith(_FAILURES)
    return level == "ALL" or (level == "FATAL" and kind in _ENDS)


def _write(execution: Mapping[str, Any], event: Mapping[str, Any], settings: Mapping[str, Any]) -> None:
    details: dict[str, Any] = next(
        (value for key, value in event.items() if key.endswith("EventDetails")), {}
    )
    if not settings.get("includeExecutionData"):
        details = {name: value for name, value in details.items() if name not in _DATA}
    line = {
        "id": str(event["id"]),
        "type": event["type"],
        "details": details,
        "redrive_count": "0",
        "previous_event_id": str(event.get("previousEventId", 0)),
        "event_timestamp": str(int(time.time() * 1000)),
        "execution_arn": execution["executionArn"],
    }
    name = execution["stateMachineArn"].rpartition(":")[2]
    for destination in settings.get("destinations") or []:
        [place] = destination.values()
        [arn] = place.values()
        group = arn.partition(":log-group:")[2].removesuffix(":*")
        write_line(group, f"states/{name}/{time.strftime('%Y-%m-%d')}", json.dumps(line, default=str))

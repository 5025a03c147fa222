"""Gap: an update that changes nothing but outputs is taken for no change at all by a change set."""

# ruff: noqa: SLF001 - patches replace private names of the pinned MiniStack; a test asserts that each exists

from typing import Any

from ministack.services import cloudformation
from ministack.services.cloudformation import handlers

_READY = {"Status": "CREATE_COMPLETE", "ExecutionStatus": "AVAILABLE", "StatusReason": ""}


def apply() -> None:
    """Make such a change set executable, as it is on AWS."""
    create = handlers._ACTION_HANDLERS["CreateChangeSet"]

    def create_with_outputs(parameters: dict[str, Any]) -> Any:
        answer = create(parameters)
        for change_set in cloudformation._change_sets.values():
            if change_set["Status"] == "FAILED" and not change_set["Changes"] and _differs(change_set):
                change_set |= {
                    "Status": "CREATE_COMPLETE",
                    "ExecutionStatus": "AVAILABLE",
                    "StatusReason": "",
                }
        return answer

    handlers._ACTION_HANDLERS["CreateChangeSet"] = create_with_outputs


def _differs(change_set: dict[str, Any]) -> bool:
    stack = cloudformation._stacks.get(change_set["StackName"]) or {}
    unchanged = "didn't contain changes" in change_set["StatusReason"]
    before = (stack.get("_template") or {}).get("Outputs")
    return unchanged and bool(change_set["_template"].get("Outputs") != before)

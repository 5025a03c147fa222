"""Addition: state machines wait less, before retries, in `Wait` states and for people who approve.

What works keeps its time: tasks have the timeout that the definition says, and so has who sends heartbeats.
"""

# ruff: noqa: SLF001 - patches replace private names of the pinned MiniStack; a test asserts that each exists

from typing import Any

from ministack.services import stepfunctions

from .pace import factor, shortened

LEAST_ANSWER = 10.0
"""Seconds that who was asked has at least, if the definition gives them."""


def apply() -> None:
    """Shorten waits, intervals of retries and the time for an answer without heartbeats."""
    if factor() == 1:
        return
    stepfunctions._SFN_WAIT_SCALE = shortened(1)
    ask = stepfunctions._invoke_with_callback

    def ask_for_less_long(resource: str, given: Any, token: str, state: dict[str, Any]) -> Any:
        return ask(resource, given, token, _with_less_patience(state))

    stepfunctions._invoke_with_callback = ask_for_less_long


def _with_less_patience(state: dict[str, Any]) -> dict[str, Any]:
    longest = state.get("TimeoutSeconds")
    if not isinstance(longest, int | float) or "HeartbeatSeconds" in state:
        return state
    return {**state, "TimeoutSeconds": max(shortened(longest), min(LEAST_ANSWER, longest))}

"""Gap: an answer to a task names its token, and IAM is not told of which state machine or activity it is.

So whoever may answer the tasks of one machine, as CDK's `grant_task_response` has it, is refused.
"""

# ruff: noqa: SLF001 - patches replace private names of the pinned MiniStack; a test asserts that each exists

import json
from contextvars import ContextVar
from typing import Any

from ministack.core import iam_actions
from ministack.services import stepfunctions

Given = dict[str, Any]
_machine: ContextVar[str] = ContextVar("_machine", default="")
"""Whose task this thread runs."""
_machines: dict[str, str] = {}
"""By the token of each task that waits."""
_activities: dict[str, str] = {}
"""By the token of each task that a worker was given."""


def apply() -> None:
    """Name the state machine, or the activity, of a token."""
    _remember_activities()
    execute, invoke = stepfunctions._execute_task, stepfunctions._invoke_with_callback
    extract = iam_actions.extract_resource_arn

    def execute_with_name(state: Given, given: Any, execution: Given, context: Any) -> Any:
        mark = _machine.set(str(execution["stateMachineArn"]))
        try:
            return execute(state, given, execution, context)
        finally:
            _machine.reset(mark)

    def invoke_with_name(resource: str, given: Any, token: str, *more: Any) -> Any:
        _machines[token] = _machine.get()
        try:
            return invoke(resource, given, token, *more)
        finally:
            _machines.pop(token, None)

    def extract_with_token(service: str, *given: Any, **options: Any) -> Any:
        found = extract(service, *given, **options)
        if service != "states" or found != "*":
            return found
        body = given[3] if len(given) > 3 else options.get("body", b"")
        token = _token(body)
        return _machines.get(token) or _activities.get(token) or found

    stepfunctions._execute_task = execute_with_name
    stepfunctions._invoke_with_callback = invoke_with_name
    iam_actions.extract_resource_arn = extract_with_token


def _remember_activities() -> None:
    give = stepfunctions._get_activity_task

    async def give_and_remember(asked: Given) -> Any:
        answer = await give(asked)
        if token := _token(answer[2]):
            for ended in _activities.keys() - stepfunctions._task_tokens.keys():
                del _activities[ended]
            _activities[token] = str(asked["activityArn"])
        return answer

    stepfunctions._get_activity_task = give_and_remember


def _token(body: bytes) -> str:
    try:
        return str(json.loads(body).get("taskToken") or "")
    except (AttributeError, ValueError):
        return ""

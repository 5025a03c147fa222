"""Gap: what is too large for AWS passes: events, answers, environments, entries of buses, data of states.

Sources: the quotas of Lambda, of Step Functions and of EventBridge. Messages of SQS and SNS and items of
DynamoDB are limited by MiniStack itself.
"""

# ruff: noqa: SLF001 - patches replace private names of the pinned MiniStack; a test asserts that each exists

import json
from collections.abc import Callable
from typing import Any

from ministack.core.responses import error_response_json
from ministack.services import eventbridge, lambda_svc, stepfunctions
from ministack.services.cloudformation import provisioners

EVENT = 6 * 1024 * 1024
"""Bytes of an event of a synchronous invocation."""
QUEUED_EVENT = 1024 * 1024
"""Bytes of an event of an asynchronous invocation."""
ANSWER = 6_291_556
"""Bytes of what a function returns."""
ENVIRONMENT = 4096
"""Bytes of all variables of a function, with their names."""
STATE = 256 * 1024
"""Bytes of the input or output of a state."""
ENTRIES = 1024 * 1024
"""Bytes of all entries of one call of PutEvents."""
_TIME = 14
"""Bytes that the time of an entry counts, where it has one."""


def apply() -> None:
    """Refuse what is larger."""
    lambda_svc._invoke = _limited_events(lambda_svc._invoke)
    lambda_svc._execute_function_dispatch = _limited_answers(lambda_svc._execute_function_dispatch)
    eventbridge._put_events = _limited_entries(eventbridge._put_events)
    _limit_environments()
    for name in ("_execute_task", "_execute_pass", "_execute_parallel", "_execute_map"):
        setattr(stepfunctions, name, _limited_states(getattr(stepfunctions, name)))


def _limited_events(invoke: Callable[..., Any]) -> Callable[..., Any]:
    async def invoke_if_small(name: str, event: Any, headers: dict[str, str], *more: Any) -> Any:
        lower = {key.lower(): value for key, value in headers.items()}
        size, queued = int(lower.get("content-length") or 0), lower.get("x-amz-invocation-type") == "Event"
        most = QUEUED_EVENT if queued else EVENT
        if size > most:
            said = f"Request must be smaller than {most} bytes for the InvokeFunction operation"
            return error_response_json("RequestTooLargeException", said, 413)
        return await invoke(name, event, headers, *more)

    return invoke_if_small


def _limited_entries(put: Callable[..., Any]) -> Callable[..., Any]:
    def put_if_small(data: dict[str, Any], *more: Any, **options: Any) -> Any:
        if sum(map(_size_of_entry, data.get("Entries", []))) > ENTRIES:
            said = "Total size of the entries in the request is over the limit."
            return error_response_json("ValidationException", said, 400)
        return put(data, *more, **options)

    return put_if_small


def _size_of_entry(entry: dict[str, Any]) -> int:
    """Count as the guide to EventBridge does: the time, the texts and the names of resources."""
    texts = [entry.get("Source"), entry.get("DetailType"), entry.get("Detail"), *entry.get("Resources", [])]
    return (_TIME if "Time" in entry else 0) + sum(len(str(text or "").encode()) for text in texts)


def _limited_answers(execute: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    def execute_and_measure(*given: Any) -> dict[str, Any]:
        result = execute(*given)
        if result.get("error") or _size(result.get("body")) <= ANSWER:
            return result
        said = f"Response payload size exceeded maximum allowed payload size ({ANSWER} bytes)."
        body = {"errorType": "Function.ResponseSizeTooLarge", "errorMessage": said}
        return {**result, "body": body, "error": True, "function_error": "Unhandled"}

    return execute_and_measure


def _size(value: Any) -> int:
    if isinstance(value, bytes):
        return len(value)
    return len(value.encode() if isinstance(value, str) else json.dumps(value, default=str).encode())


def _limit_environments() -> None:
    handler = provisioners._RESOURCE_HANDLERS["AWS::Lambda::Function"]
    create, update = handler["create"], handler["update"]

    def create_if_small(logical_id: str, properties: dict[str, Any], stack: str) -> Any:
        _demand_small_environment(properties)
        return create(logical_id, properties, stack)

    def update_if_small(identity: str, old: Any, new: dict[str, Any], *more: Any) -> Any:
        _demand_small_environment(new)
        return update(identity, old, new, *more)

    handler |= {"create": create_if_small, "update": update_if_small}


def _demand_small_environment(properties: dict[str, Any]) -> None:
    variables = (properties.get("Environment") or {}).get("Variables") or {}
    if (size := sum(len(f"{name}{value}".encode()) for name, value in variables.items())) > ENVIRONMENT:
        raise ValueError(
            "Lambda was unable to configure your environment variables because the environment variables you "
            f"have provided exceeded the 4KB limit. String measured: {size} bytes"
        )


def _limited_states(execute: Callable[..., tuple[Any, Any]]) -> Callable[..., tuple[Any, Any]]:
    def execute_and_measure(*given: Any) -> tuple[Any, Any]:
        output, following = execute(*given)
        if _size(output) > STATE:
            said = "The state/task returned a result with a size exceeding the maximum number of bytes "
            said += "service limit."
            raise stepfunctions._ExecutionError("States.DataLimitExceeded", said)
        return output, following

    return execute_and_measure

"""Gap: an asynchronous invocation reports no success, and its envelope counts three tries always.

A destination for what went well gets the answer; one for what failed knows how often it was tried. Buses and
functions are destinations, too.
"""

# ruff: noqa: SLF001 - patches replace private names of the pinned MiniStack; a test asserts that each exists

import json
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from ministack.core.responses import get_account_id, get_region, new_uuid, now_iso, request_scope
from ministack.services import eventbridge, lambda_svc, sns, sqs

_attempts: ContextVar[list[dict[str, Any]] | None] = ContextVar("_attempts", default=None)
"""Results of the tries of the event that this thread works on."""


def apply() -> None:
    """Deliver to destinations."""
    start, execute = lambda_svc.invoke_async_with_retry, lambda_svc._execute_function
    route = lambda_svc._route_async_failure

    def start_and_follow(function: dict[str, Any], event: Any) -> None:
        token = _attempts.set([])  # the thread that is started now inherits it
        start(function, event)
        _attempts.reset(token)

    def execute_and_note(function: dict[str, Any], event: Any) -> dict[str, Any]:
        tries = _attempts.get()
        token = _attempts.set(None)  # it calls itself in another scope
        try:
            result: dict[str, Any] = execute(function, event)
        finally:
            _attempts.reset(token)
        if tries is not None:
            tries.append(result)
            if not result.get("error"):
                _tell_success(function, event, result, len(tries))
        return result

    def route_known(target: str, name: str, event: Any, result: dict[str, Any]) -> None:
        if target == _dead_letters(name):
            route(target, name, event, result)
            return
        tries = len(_attempts.get() or ()) or 1
        config = (lambda_svc._functions.get(name) or {}).get("config", {})
        _deliver(target, config, _envelope(config, event, result, "RetriesExhausted", tries))

    lambda_svc.invoke_async_with_retry, lambda_svc._execute_function = start_and_follow, execute_and_note
    lambda_svc._route_async_failure = route_known


def _dead_letters(name: str) -> str | None:
    config = (lambda_svc._functions.get(name) or {}).get("config", {})
    return (config.get("DeadLetterConfig") or {}).get("TargetArn")


def _tell_success(function: dict[str, Any], event: Any, result: dict[str, Any], tries: int) -> None:
    config = function.get("config") or function
    settings = function.get("event_invoke_config") or (function.get("event_invoke_configs") or {}).get(
        "$LATEST"
    )
    target = ((settings or {}).get("DestinationConfig") or {}).get("OnSuccess", {}).get("Destination")
    if target:
        with request_scope(get_account_id(), get_region()):
            _deliver(target, config, _envelope(config, event, result, "Success", tries))


def _envelope(
    config: dict[str, Any], event: Any, result: dict[str, Any], condition: str, tries: int
) -> dict[str, Any]:
    response: dict[str, Any] = {"statusCode": 200, "executedVersion": config.get("Version", "$LATEST")}
    if result.get("error"):
        response["functionError"] = result.get("function_error") or "Unhandled"
    return {
        "version": "1.0",
        "timestamp": now_iso(),
        "requestContext": {
            "requestId": new_uuid(),
            "functionArn": f"{config.get('FunctionArn', '')}:$LATEST",
            "condition": condition,
            "approximateInvokeCount": tries,
        },
        "requestPayload": event,
        "responseContext": response,
        "responsePayload": _payload(result.get("body")),
    }


def _payload(body: Any) -> Any:
    if not isinstance(body, str | bytes):
        return body
    try:
        return json.loads(body)
    except ValueError:
        return body if isinstance(body, str) else body.decode("utf-8", "replace")


def _deliver(target: str, config: dict[str, Any], envelope: dict[str, Any]) -> None:
    kind = target.split(":")[2]
    text = json.dumps(envelope, default=str)
    senders: dict[str, Callable[[], Any]] = {
        "sqs": lambda: sqs._act_send_message(
            {"MessageBody": text}, sqs._queue_url(target.rpartition(":")[2])
        ),
        "sns": lambda: sns._fanout(target, new_uuid(), text, "", "", {}),
        "lambda": lambda: lambda_svc.invoke_async_with_retry(
            lambda_svc._functions[target.split(":")[6]], envelope
        ),
        "events": lambda: eventbridge._put_events(
            {
                "Entries": [
                    {
                        "Source": "lambda",
                        "DetailType": f"Lambda Function Invocation Result - {_outcome(envelope)}",
                        "Detail": text,
                        "EventBusName": target.rsplit("/", 1)[-1],
                        "Resources": [target, config.get("FunctionArn", "")],
                    }
                ]
            }
        ),
    }
    if kind in senders:
        senders[kind]()


def _outcome(envelope: dict[str, Any]) -> str:
    return "Success" if envelope["requestContext"]["condition"] == "Success" else "Failure"

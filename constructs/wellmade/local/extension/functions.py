"""Gap: CloudFormation drops a function's reserved concurrency, tenants and dead-letter queue.

And what MiniStack sends to a dead-letter queue is the envelope of a destination instead of the event.
"""

# ruff: noqa: SLF001 - patches replace private names of the pinned MiniStack; a test asserts that each exists

import json
from typing import Any

from ministack.core.responses import new_uuid
from ministack.services import lambda_svc, sqs
from ministack.services.cloudformation import provisioners


def apply() -> None:
    """Keep them when a template creates or updates a function, and send the event itself."""
    _keep_properties()
    route = lambda_svc._route_async_failure

    def route_or_set_aside(target: str, function: str, event: Any, result: dict[str, Any]) -> None:
        config = (lambda_svc._functions.get(function) or {}).get("config", {})
        queue = sqs._queue_by_arn(target) if ":sqs:" in target else None
        if queue is None or target != config.get("DeadLetterConfig", {}).get("TargetArn"):
            route(target, function, event, result)
        else:
            _set_aside(target, event, result)

    lambda_svc._route_async_failure = route_or_set_aside


def _set_aside(queue_arn: str, event: Any, result: dict[str, Any]) -> None:
    body = result.get("body")
    error = body.get("errorMessage", "") if isinstance(body, dict) else ""
    attributes = {
        "RequestID": new_uuid(),
        "ErrorCode": "200",
        "ErrorMessage": str(error)[:1024] or "Unhandled",
    }
    message = {
        "MessageBody": json.dumps(event),
        "MessageAttributes": {
            name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()
        },
    }
    sqs._act_send_message(message, sqs._queue_url(queue_arn.rpartition(":")[2]))


def _keep_properties() -> None:
    handlers = provisioners._RESOURCE_HANDLERS["AWS::Lambda::Function"]
    create, update = handlers["create"], handlers["update"]

    def create_and_keep(logical_id: str, properties: dict[str, Any], stack: str) -> Any:
        result = create(logical_id, properties, stack)
        _keep(result[0], properties)
        return result

    def update_and_keep(
        physical_id: str, old: dict[str, Any], new: dict[str, Any], stack: str, logical_id: str | None = None
    ) -> Any:
        result = update(physical_id, old, new, stack, logical_id)
        _keep(result[0], new)
        return result

    handlers |= {"create": create_and_keep, "update": update_and_keep}


def _keep(name: str, properties: dict[str, Any]) -> None:
    function = lambda_svc._functions[name]
    reserved = properties.get("ReservedConcurrentExecutions")
    function["concurrency"] = None if reserved is None else int(reserved)
    function["config"]["DeadLetterConfig"] = properties.get("DeadLetterConfig", {})
    function["config"] |= {name: properties[name] for name in ("TenancyConfig",) if name in properties}

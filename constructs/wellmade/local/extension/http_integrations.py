"""Gap: an HTTP API that calls a service of AWS, and not a function, answers 500.

It has a few operations, whose parameters it fills from the request.
"""

# ruff: noqa: SLF001 - patches replace private names of the pinned MiniStack; a test asserts that each exists

import asyncio
import base64
import json
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from ministack.core.responses import get_account_id, get_region, request_scope
from ministack.services import apigateway
from ministack.services.cloudformation import provisioners

from . import calls

Answer = tuple[int, dict[str, str], bytes]

_OPERATIONS = {
    "EventBridge-PutEvents": ("events", "put_events"),
    "Kinesis-PutRecord": ("kinesis", "put_record"),
    "SQS-SendMessage": ("sqs", "send_message"),
    "SQS-ReceiveMessage": ("sqs", "receive_message"),
    "SQS-DeleteMessage": ("sqs", "delete_message"),
    "SQS-PurgeQueue": ("sqs", "purge_queue"),
    "StepFunctions-StartExecution": ("stepfunctions", "start_execution"),
    "StepFunctions-StartSyncExecution": ("stepfunctions", "start_sync_execution"),
    "StepFunctions-StopExecution": ("stepfunctions", "stop_execution"),
}
"""What an HTTP API can call.

Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-aws-services-reference.html
"""
_REFERENCE = re.compile(r"\$\{?(request\.[\w.\-{}]+|context\.[\w.]+|stageVariables\.\w+)\}?")


def apply() -> None:
    """Serve integrations with services."""
    invoke: Callable[..., Any] = apigateway._invoke_lambda_proxy

    async def invoke_service_or_function(integration: dict[str, Any], *given: Any, **options: Any) -> Answer:
        operation = integration.get("integrationSubtype")
        if not operation:
            answer: Answer = await invoke(integration, *given, **options)
            return answer
        return await asyncio.to_thread(_call_operation, integration, operation, given, options)

    apigateway._invoke_lambda_proxy = invoke_service_or_function
    keep = provisioners._apigw_v2_integration_props

    def keep_operation(properties: dict[str, Any]) -> dict[str, Any]:
        subtype, role = properties.get("IntegrationSubtype"), properties.get("CredentialsArn")
        return {**keep(properties), "integrationSubtype": subtype, "credentialsArn": role}

    provisioners._apigw_v2_integration_props = keep_operation


def _call_operation(integration: dict[str, Any], operation: str, given: Any, options: Any) -> Answer:
    api, stage, path, method, headers, body, query, route, path_parameters = given
    if operation not in _OPERATIONS:
        return _told(501, f"{operation} is not simulated")
    service, name = _OPERATIONS[operation]
    request = {
        "body": body.decode("utf-8", errors="replace") if body else "",
        "header": {key.lower(): value for key, value in (headers or {}).items()},
        "querystring": {
            key: value[0] if isinstance(value, list) else value for key, value in (query or {}).items()
        },
        "path": path_parameters or {},
        "context": {"apiId": api, "stage": stage, "routeKey": route, "httpMethod": method, "path": path},
    }
    wanted = {
        key: _filled(str(value), request)
        for key, value in (integration.get("requestParameters") or {}).items()
    }
    parameters = {
        _parameter(service, key): _typed(key, value) for key, value in wanted.items() if key != "Region"
    }
    if service == "events":
        parameters = {"Entries": [{key: value for key, value in parameters.items() if value}]}
    scope = options.get("owner_account_id") or get_account_id(), options.get("owner_region") or get_region()
    try:
        with request_scope(*scope):
            role = str(integration.get("credentialsArn") or "")
            answer = getattr(calls.client(service, role), name)(**parameters)
    except ClientError as error:
        return _told(error.response["ResponseMetadata"]["HTTPStatusCode"], error.response["Error"]["Message"])
    except BotoCoreError as error:
        return _told(400, str(error))
    answer.pop("ResponseMetadata", None)
    return 200, {"Content-Type": "application/json"}, json.dumps(answer, default=_written).encode()


def _written(value: Any) -> Any:
    """Return a moment as services of JSON write it, in seconds since 1970."""
    return value.timestamp() if isinstance(value, datetime) else str(value)


def _told(status: int, message: str) -> Answer:
    return status, {"Content-Type": "application/json"}, json.dumps({"message": message}).encode()


def _parameter(service: str, name: str) -> str:
    """Step Functions' own parameters begin small; the others' are as the integration has them."""
    return name[:1].lower() + name[1:] if service == "stepfunctions" else name


def _typed(name: str, value: str) -> Any:
    if name == "Data":
        return (
            base64.b64decode(value)
            if re.fullmatch(r"[A-Za-z0-9+/]+=*", value) and not len(value) % 4
            else value
        )
    if name in ("MessageAttributes", "Resources"):
        return json.loads(value)
    return int(value) if name in ("DelaySeconds", "MaxNumberOfMessages", "WaitTimeSeconds") else value


def _filled(template: str, request: dict[str, Any]) -> str:
    """Fill `$request.body.order.id`, `$request.header.name`, `$context.apiId` in."""

    def value(found: re.Match[str]) -> str:
        place, _, name = found[1].partition(".")
        if place == "request":
            place, _, name = name.partition(".")
        if place == "body":
            return _of_body(request["body"], name)
        return str(request.get(place, {}).get(name.lower() if place == "header" else name, ""))

    return _REFERENCE.sub(value, template)


def _of_body(body: str, path: str) -> str:
    if not path:
        return body
    try:
        found = json.loads(body)
        for part in path.split("."):
            found = found[part]
    except (ValueError, KeyError, TypeError):
        return ""
    return found if isinstance(found, str) else json.dumps(found)

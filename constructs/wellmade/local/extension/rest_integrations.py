"""Gap: a REST API that calls a service of AWS, and not a function, answers 504.

It renders its mapping template, calls the service with the rights of the integration's role, and maps the
answer.
"""

# ruff: noqa: SLF001 - patches replace private names of the pinned MiniStack; a test asserts that each exists

import asyncio
import json
import urllib.parse
from collections.abc import Mapping
from typing import Any, cast
from xml.etree import ElementTree as ET

from ministack.core.responses import get_account_id, get_region, request_scope
from ministack.services import apigateway_v1

from . import calls
from .contents import UnconvertibleError, unconverted
from .mapped_requests import Answer, MappedRequest

_TARGETS = {
    "dynamodb": ("DynamoDB_20120810", "1.0"),
    "states": ("AWSStepFunctions", "1.0"),
    "events": ("AWSEvents", "1.1"),
    "kinesis": ("Kinesis_20131202", "1.1"),
    "firehose": ("Firehose_20150804", "1.1"),
    "sqs": ("AmazonSQS", "1.0"),
    "ssm": ("AmazonSSM", "1.1"),
    "secretsmanager": ("secretsmanager", "1.1"),
    "logs": ("Logs_20140328", "1.1"),
}
"""How a service's JSON protocol names its operations, and which version it speaks."""


def apply() -> None:
    """Serve integrations with services."""
    call_function = apigateway_v1._invoke_lambda_custom_v1

    async def call_service_or_function(integration: dict[str, Any], *given: Any, **options: Any) -> Answer:
        spec = apigateway_v1._parse_service_integration_uri(integration.get("uri", ""))
        try:
            if spec is None or spec[1] == "lambda":
                answer: Answer = await call_function(integration, *given, **options)
                return answer
            return await asyncio.to_thread(_call_service, integration, spec, given, options)
        except UnconvertibleError as error:
            return cast("Answer", unconverted(error))

    apigateway_v1._invoke_lambda_custom_v1 = call_service_or_function
    # It sends to a queue by itself, whatever the rights of the integration's role.
    apigateway_v1._invoke_sqs_v1 = call_service_or_function


def _call_service(
    integration: dict[str, Any], spec: tuple[str, str, str, str], given: Any, options: Any
) -> Answer:
    region, service, verb, rest = spec
    request = MappedRequest.of(given, options)
    sent, mapped = request.sent(integration), request.mapped(integration)
    account = options.get("owner_account_id") or get_account_id()
    with request_scope(account, region or options.get("owner_region") or get_region()):
        status, headers, answer = request_service(service, verb, rest, sent, mapped, integration)
    return request.answered(integration, status, answer, headers)


def request_service(
    service: str,
    verb: str,
    rest: str,
    body: bytes,
    mapped: dict[str, dict[str, str]],
    integration: dict[str, Any],
) -> tuple[int, Mapping[str, str], bytes]:
    """Call a service as an integration says: `action/Operation`, or `path/…` for its own paths.

    Args:
        service: Its name in the address of the integration.
        verb: `action` or `path`.
        rest: What follows it there.
        body: What is sent.
        mapped: Headers, query and path that the parameters of the integration set.
        integration: Its method and role.
    """
    headers = dict(mapped["header"])
    method = str(integration.get("httpMethod") or "POST")
    path = f"/{rest.lstrip('/')}" if verb == "path" else "/"
    for name, value in mapped["path"].items():
        path = path.replace(f"{{{name}}}", urllib.parse.quote(value, safe="/"))  # as in keys
    is_form = headers.get("Content-Type", "").startswith("application/x-www-form-urlencoded")
    if verb == "action" and service in _TARGETS and not is_form:
        prefix, version = _TARGETS[service]
        headers |= {"X-Amz-Target": f"{prefix}.{rest}", "Content-Type": f"application/x-amz-json-{version}"}
    elif verb == "action":
        given = dict(urllib.parse.parse_qsl(body.decode(errors="replace"), keep_blank_values=True))
        form = given or dict(mapped["querystring"])
        body = urllib.parse.urlencode({"Action": rest, **form}).encode()
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    elif mapped["querystring"]:
        path += f"?{urllib.parse.urlencode(mapped['querystring'])}"
    role = str(integration.get("credentials") or "")
    status, said, answer = calls.send(service, role, method=method, path=path, body=body, headers=headers)
    is_query = answer.startswith(b"<") and service in ("sns", "sqs")
    return status, said, _as_json(answer) if is_query else answer


def _as_json(answer: bytes) -> bytes:
    """Return an answer of the Query protocol as JSON, which API Gateway asks these services for."""
    root = ET.fromstring(answer)  # noqa: S314 - this server wrote it
    return json.dumps({root.tag.rpartition("}")[2]: _fields(root)}).encode()


def _fields(element: ET.Element) -> Any:
    if not len(element):
        return element.text or ""
    return {child.tag.rpartition("}")[2]: _fields(child) for child in element}

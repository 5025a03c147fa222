"""What a request to an API of AWS calls: operation and parameters, read by botocore's models of the services.

Source of the protocols: https://smithy.io/2.0/aws/protocols/index.html
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import parse_qsl

import botocore.session
from botocore.parsers import RpcV2CBORParser

from .rest_requests import find, parameters

_CLIENTS = {
    "appconfig": ("appconfig", "appconfigdata"),
    "bedrock": ("bedrock-runtime", "bedrock-agent-runtime", "bedrock", "bedrock-agent"),
    "dynamodb": ("dynamodb", "dynamodbstreams"),
    "elasticfilesystem": ("efs",),
    "execute-api": ("apigatewaymanagementapi",),
    "elasticloadbalancing": ("elbv2", "elb"),
    "elasticmapreduce": ("emr",),
    "iotdata": ("iot-data",),
    "monitoring": ("cloudwatch",),
    "s3": ("s3", "s3control"),
    "s3express": ("s3",),
    "ses": ("sesv2", "ses"),
    "states": ("stepfunctions",),
    "tagging": ("resourcegroupstaggingapi",),
    "timestream": ("timestream-query", "timestream-write"),
}
"""Clients of boto3 by the service that they sign for, where it is another word or several sign for one."""

_LISTS = {"query": "member", "ec2": ""}
"""Protocols of forms: what stands before the number of a list's element, where the model does not say."""


@dataclass(frozen=True)
class ApiRequest:
    """A request as it was received."""

    signed_for: str
    """The service of its signature, such as `states`."""
    method: str
    path: str
    """As it was sent, still quoted; for a bucket in the host's name, with that bucket in front."""
    query: str
    headers: Mapping[str, str]
    """By name in lower case."""
    body: bytes


def read(request: ApiRequest) -> tuple[str, str, dict[str, Any]] | None:
    """Return client, operation and parameters as boto3 has them; None if no model knows the request."""
    for client in clients_of(request.signed_for):
        model = model_of(client)
        found = _read(model, request) if model else None
        if found and found[0] in model.operation_names:
            return client, *found
    return None


def _read(model: Any, request: ApiRequest) -> tuple[str, dict[str, Any]] | None:
    headers, path = request.headers, request.path
    if headers.get("smithy-protocol") == "rpc-v2-cbor":
        return path.rpartition("/")[2], _cbor(request.body)
    if target := headers.get("x-amz-target", ""):
        prefix, _, operation = target.rpartition(".")
        same = prefix == model.metadata.get("targetPrefix", prefix)
        return (operation, dict(json.loads(request.body or b"{}"))) if same else None
    protocol = model.metadata.get("protocol")
    if protocol in _LISTS:
        fields = f"{request.query}&{request.body.decode(errors='replace')}"
        form = dict(parse_qsl(fields, keep_blank_values=True))
        operation = form.get("Action", "")
        shape = model.operation_model(operation).input_shape if operation in model.operation_names else None
        return operation, _from_form(shape, "", form, _LISTS[protocol]) if shape else {}
    found = find(model, request.method, path, request.query, headers)
    return (found.name, parameters(found, path, request.query, headers, request.body)) if found else None


def _cbor(body: bytes) -> dict[str, Any]:
    parser = RpcV2CBORParser()
    stream = parser.get_peekable_stream_from_bytes(body)
    return dict(parser.parse_data_item(stream)) if body else {}


def _from_form(shape: Any, prefix: str, form: Mapping[str, str], element: str) -> Any:
    """Return the value that fields of a form hold, all of which begin with a prefix.

    Args:
        shape: Of the value.
        prefix: As above.
        form: All fields.
        element: What stands before the number of a list's element; nothing for EC2.
    """
    if shape.type_name == "structure":
        return {
            name: _from_form(member, _below(prefix, member.serialization.get("name", name)), form, element)
            for name, member in shape.members.items()
            if _is_given(_below(prefix, member.serialization.get("name", name)), form)
        }
    if shape.type_name == "list":
        flat = shape.serialization.get("flattened") or not element
        inside = prefix if flat else _below(prefix, shape.member.serialization.get("name", element))
        return [_from_form(shape.member, place, form, element) for place in _numbered(inside, form)]
    if shape.type_name == "map":
        inside = prefix if shape.serialization.get("flattened") else _below(prefix, "entry")
        key, value = (
            each.serialization.get("name", word)
            for each, word in ((shape.key, "key"), (shape.value, "value"))
        )
        return {
            form.get(_below(place, key), ""): _from_form(shape.value, _below(place, value), form, element)
            for place in _numbered(inside, form)
        }
    return form.get(prefix)


def _below(prefix: str, name: str) -> str:
    return f"{prefix}.{name}" if prefix else name


def _is_given(prefix: str, form: Mapping[str, str]) -> bool:
    return prefix in form or any(name.startswith(f"{prefix}.") for name in form)


def _numbered(prefix: str, form: Mapping[str, str]) -> Iterator[str]:
    number = 1
    while _is_given(f"{prefix}.{number}", form):
        yield f"{prefix}.{number}"
        number += 1


def clients_of(service: str) -> tuple[str, ...]:
    """Return the clients of boto3 that sign for a service."""
    return _CLIENTS.get(service, (service,))


@cache
def model_of(client: str) -> Any:
    """Return botocore's model of a client; None where there is none."""
    return _session().get_service_model(client) if client in _session().get_available_services() else None


@cache
def _session() -> Any:
    return botocore.session.Session()

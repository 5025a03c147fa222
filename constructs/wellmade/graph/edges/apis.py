"""API Gateway: methods and integrations of REST, HTTP and WebSocket APIs, and OpenAPI bodies."""

from collections.abc import Iterator, Mapping
from typing import Any

from wellmade.graph.edges.actions import belongs_to, kind_of
from wellmade.graph.edges.edge import Edge, Kind
from wellmade.graph.edges.source import Source
from wellmade.graph.resolve.arns import fields
from wellmade.graph.resolve.joining import document, written
from wellmade.graph.resolve.references import attributes
from wellmade.graph.resolve.resource import Resource
from wellmade.graph.resolve.resource_index import ResourceIndex
from wellmade.graph.resolve.values import Value, as_mapping, text

_INTEGRATION = "x-amazon-apigateway-integration"
_SUBTYPES = {
    "EventBridge-PutEvents": "events:PutEvents",
    "SQS-SendMessage": "sqs:SendMessage",
    "SQS-ReceiveMessage": "sqs:ReceiveMessage",
    "SQS-DeleteMessage": "sqs:DeleteMessage",
    "SQS-PurgeQueue": "sqs:PurgeQueue",
    "Kinesis-PutRecord": "kinesis:PutRecord",
    "StepFunctions-StartExecution": "states:StartExecution",
    "StepFunctions-StartSyncExecution": "states:StartSyncExecution",
}


def _method(index: ResourceIndex, method: Resource) -> Iterator[Edge]:
    api = index.target(method.get("RestApiId"))
    integration = as_mapping(method.get("Integration"))
    if api and integration:
        detail = {"method": method.get("HttpMethod"), "integration": integration}
        yield from _by_uri(index, api, integration, method, detail)


def _integration(index: ResourceIndex, integration: Resource) -> Iterator[Edge]:
    api = index.target(integration.get("ApiId"))
    if api is None:
        return
    detail = {"integration": integration.properties}
    properties = {**integration.properties, "Uri": integration.get("IntegrationUri")}
    yield from _by_name(index, api, properties, integration, detail)


def _body(index: ResourceIndex, api: Resource) -> Iterator[Edge]:
    """An OpenAPI document in the template names its integrations operation by operation."""
    body = as_mapping(document(api.get("Body", api.get("DefinitionBody"))))
    for path, item in as_mapping(body.get("paths")).items():
        for method, operation in as_mapping(item).items():
            lower = _shared(body, as_mapping(as_mapping(operation).get(_INTEGRATION)))
            if lower:
                integration = {key[:1].upper() + key[1:]: value for key, value in lower.items()}
                detail = {"method": method.upper(), "path": path, "integration": integration}
                yield from _by_name(index, api, integration, api, detail)


def _shared(body: Mapping[str, Value], integration: Mapping[str, Value]) -> Mapping[str, Value]:
    """Return an integration; one that operations share stands among the components of the document.

    Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-extensions-integrations.html
    """
    name = str(integration.get("$ref", "")).removeprefix(f"#/components/{_INTEGRATION}s/")
    every = as_mapping(as_mapping(body.get("components")).get(f"{_INTEGRATION}s"))
    return as_mapping(every.get(name)) if name else integration


def _by_name(
    index: ResourceIndex,
    api: Resource,
    integration: Mapping[str, Value],
    via: Resource,
    detail: Mapping[str, Any],
) -> Iterator[Edge]:
    """What an HTTP API asks of a service is named by a subtype, and anything else by its address."""
    subtype = str(integration.get("IntegrationSubtype") or integration.get("Subtype"))
    action = _SUBTYPES.get(subtype.removesuffix("-1.0"))
    if action:
        yield from _to_service(index, api, action, integration, via, detail)
    else:
        yield from _by_uri(index, api, integration, via, detail)


def _by_uri(
    index: ResourceIndex,
    api: Resource,
    integration: Mapping[str, Value],
    via: Resource,
    detail: Mapping[str, Any],
) -> Iterator[Edge]:
    uri = integration.get("Uri")
    parts = fields(written(uri))
    function = index.function(uri)
    if function:
        yield Edge(api, function, _kind_of_call(integration), via, detail)
    elif len(parts) == 6 and parts[2] == "apigateway":
        service, rest = parts[4], parts[5]
        action = f"{service}:{rest.removeprefix('action/')}" if rest.startswith("action/") else ""
        yield from _to_service(
            index, api, action or _action_of_path(service, integration), integration, via, detail
        )
    elif target := index.target(uri):
        yield Edge(api, target, Kind.ROUTES, via, detail)


def _kind_of_call(integration: Mapping[str, Value]) -> Kind:
    """A REST API does not wait for a function when it sets the invocation type `Event`."""
    parameters = as_mapping(integration.get("RequestParameters"))
    invocation = parameters.get("integration.request.header.X-Amz-Invocation-Type")
    return Kind.INVOKES_ASYNC if text(invocation) == "'Event'" else Kind.INVOKES_SYNC


def _action_of_path(service: str, integration: Mapping[str, Value]) -> str:
    """A path-style integration names its action by method: SQS takes messages, S3 and others by verb."""
    if service == "sqs":
        return "sqs:SendMessage"
    reads = str(integration.get("IntegrationHttpMethod") or integration.get("HttpMethod")).upper() == "GET"
    return f"{service}:{'Get' if reads else 'Put'}"


def _to_service(
    index: ResourceIndex,
    api: Resource,
    action: str,
    integration: Mapping[str, Value],
    via: Resource,
    detail: Mapping[str, Any],
) -> Iterator[Edge]:
    """The resource is named in the address, the request parameters or the request template."""
    named = [integration.get(key) for key in ("Uri", "RequestParameters", "RequestTemplates")]
    found = {attribute.resource_id: attribute for attribute in attributes(named)}
    for attribute in found.values():
        target = index.target(attribute)
        kind = kind_of(action, target) if target and belongs_to(action, target) else None
        if target and kind:
            yield Edge(api, target, kind, via, {**detail, "action": action})


SOURCES: dict[str, Source] = {
    "AWS::ApiGateway::Method": _method,
    "AWS::ApiGatewayV2::Integration": _integration,
    "AWS::ApiGateway::RestApi": _body,
    "AWS::ApiGatewayV2::Api": _body,
    "AWS::Serverless::Api": _body,
    "AWS::Serverless::HttpApi": _body,
}

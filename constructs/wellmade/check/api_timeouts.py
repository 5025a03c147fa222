"""How long APIs wait for their integrations."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from wellmade.check.conditional import always, always_equals, least, possibly_set
from wellmade.facts.apigateway import HTTP_TIMEOUT, REST_TIMEOUT
from wellmade.graph import Graph, Resource, Value, as_mapping, document

REST = ("AWS::ApiGateway::RestApi", "AWS::Serverless::Api")
HTTP = ("AWS::ApiGatewayV2::Api", "AWS::Serverless::HttpApi")
_INTEGRATION = "x-amazon-apigateway-integration"


@dataclass(frozen=True)
class Setting:
    """One integration whose timeout a template sets, and the longest that its kind of API allows."""

    resource: Resource
    path: str
    milliseconds: float
    longest: int
    kind: str


def longest_of(api: Resource) -> int:
    """Return the longest that an API of this kind waits, in seconds, which is its default as well."""
    is_http = api.type in HTTP and not always_equals(api.get("ProtocolType", "HTTP"), "WEBSOCKET")
    return HTTP_TIMEOUT if is_http else REST_TIMEOUT


def waits(api: Resource, integration: Mapping[str, Value], event: Mapping[str, Value]) -> float | None:
    """Return for how many seconds the caller waits at most; None when it is unknown.

    Nobody waits where the answer is streamed, nor where a WebSocket's answers are pushed later. An OpenAPI
    document names the integrations of its operations itself, whatever SAM's events say.
    """
    modes = [each.get("ResponseTransferMode") for each in (integration, event)]
    is_buffered = all(always(mode, lambda branch: branch in (None, "BUFFERED")) for mode in modes)
    is_pushed = not always_equals(api.get("ProtocolType", "HTTP"), "HTTP")
    is_defined_elsewhere = bool(event) and (
        possibly_set(api.get("DefinitionBody")) or possibly_set(api.get("DefinitionUri"))
    )
    if not is_buffered or is_pushed or is_defined_elsewhere:
        return None
    timeout = integration.get("TimeoutInMillis", event.get("TimeoutInMillis"))
    milliseconds = least(longest_of(api) * 1000 if timeout is None else timeout)
    return None if milliseconds is None else milliseconds / 1000


def settings(graph: Graph) -> Iterator[Setting]:
    """Yield the timeouts that methods, integrations and OpenAPI documents set."""
    for method in graph.of_type("AWS::ApiGateway::Method"):
        integration = as_mapping(method.get("Integration"))
        if integration.get("ResponseTransferMode") != "STREAM":
            path = "Properties.Integration.TimeoutInMillis"
            yield from _setting(method, path, integration.get("TimeoutInMillis"), REST_TIMEOUT, "REST")
    for lower in graph.of_type("AWS::ApiGatewayV2::Integration"):
        api = graph.target(lower.get("ApiId"))
        if api:
            kind = "HTTP" if longest_of(api) == HTTP_TIMEOUT else "WebSocket"
            path = "Properties.TimeoutInMillis"
            yield from _setting(lower, path, lower.get("TimeoutInMillis"), longest_of(api), kind)
    for api in graph.of_type(*REST, *HTTP):
        yield from _of_body(api)


def _of_body(api: Resource) -> Iterator[Setting]:
    name = "Body" if api.get("DefinitionBody") is None else "DefinitionBody"
    for path, item in as_mapping(as_mapping(document(api.get(name))).get("paths")).items():
        for method, operation in as_mapping(item).items():
            integration = as_mapping(as_mapping(operation).get(_INTEGRATION))
            if integration.get("responseTransferMode") != "STREAM":
                kind = "REST" if api.type in REST else "HTTP"
                where = f"Properties.{name}.paths.{path}.{method}"
                yield from _setting(api, where, integration.get("timeoutInMillis"), longest_of(api), kind)


def _setting(resource: Resource, path: str, timeout: Value, longest: int, kind: str) -> Iterator[Setting]:
    milliseconds = least(timeout)
    if milliseconds is not None:
        yield Setting(resource, path, milliseconds, longest, kind)

"""Integrations of REST APIs that call a service of AWS, with no function between."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from wellmade.graph import Graph, Resource, Value, as_mapping, written

_LAMBDA = ":lambda:path/"


class ServiceIntegration(NamedTuple):
    """What a method calls, and as what."""

    method: Resource
    properties: Mapping[str, Value]


def service_integrations(graph: Graph) -> Iterator[ServiceIntegration]:
    """Yield those that a template spells out; a function's own are no calls of a service."""
    for method in graph.of_type("AWS::ApiGateway::Method"):
        integration = as_mapping(method.get("Integration"))
        uri = written(integration.get("Uri"))
        is_service = integration.get("Type") == "AWS" and ":apigateway:" in uri and _LAMBDA not in uri
        if is_service and graph.function(integration.get("Uri")) is None:
            yield ServiceIntegration(method, integration)

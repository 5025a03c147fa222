"""What SAM writes as events without a resource of their own: notifications, routes, triggers, connectors."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from wellmade.graph.edge import Edge, Kind
from wellmade.graph.edges.notifications import filters_of
from wellmade.graph.edges.source import Source
from wellmade.graph.paths import values_at
from wellmade.graph.resource import Resource
from wellmade.graph.values import Value, as_list, as_mapping

if TYPE_CHECKING:
    from wellmade.graph.graph import Graph

_APIS = {"Api": "RestApiId", "HttpApi": "ApiId"}
_PERMISSIONS = {"Read": Kind.READS, "Write": Kind.WRITES}


def _events(graph: "Graph", runs: Resource) -> Iterator[Edge]:
    for event in as_mapping(runs.get("Events")).values():
        properties = as_mapping(as_mapping(event).get("Properties"))
        yield from _event(graph, runs, str(as_mapping(event).get("Type")), properties)


def _event(graph: "Graph", runs: Resource, kind: str, properties: Mapping[str, Value]) -> Iterator[Edge]:
    if kind in _APIS:
        detail = {"method": properties.get("Method"), "path": properties.get("Path"), "event": properties}
        yield from _from(graph, properties.get(_APIS[kind]), runs, Kind.INVOKES_SYNC, detail)
    elif kind == "S3":
        detail = {"events": as_list(properties.get("Events")), **filters_of(properties)}
        yield from _from(graph, properties.get("Bucket"), runs, Kind.INVOKES_ASYNC, detail)
    elif kind == "Cognito":
        yield from _from(graph, properties.get("UserPool"), runs, Kind.INVOKES_SYNC, {})


def _from(
    graph: "Graph", named: Value, runs: Resource, kind: Kind, detail: Mapping[str, Value]
) -> Iterator[Edge]:
    """SAM takes a reference and a bare logical id alike."""
    source = graph.target(named) or graph.resources.get(f"{runs.stack}/{named}")
    if source:
        yield Edge(source, runs, kind, runs, detail)


def _connector(graph: "Graph", connector: Resource) -> Iterator[Edge]:
    source = graph.resources.get(f"{connector.stack}/{connector.get('Source.Id')}")
    for entry in as_list(connector.get("Destination")):
        target = graph.resources.get(f"{connector.stack}/{as_mapping(entry).get('Id')}")
        for permission in values_at(connector.properties, "Permissions"):
            kind = _PERMISSIONS.get(str(permission))
            if source and target and kind:
                yield Edge(source, target, kind, connector, {"permission": permission})


SOURCES: dict[str, Source] = {
    "AWS::Serverless::Function": _events,
    "AWS::Serverless::StateMachine": _events,
    "AWS::Serverless::Connector": _connector,
}

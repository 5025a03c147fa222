"""What SAM writes as events without a resource of their own: notifications, routes, triggers, connectors."""

from collections.abc import Iterator, Mapping

from wellmade.graph.edges.edge import Edge, Kind
from wellmade.graph.edges.notifications import filters_of
from wellmade.graph.edges.source import Source
from wellmade.graph.resolve.paths import values_at
from wellmade.graph.resolve.resource import Resource
from wellmade.graph.resolve.resource_index import ResourceIndex
from wellmade.graph.resolve.values import Value, as_list, as_mapping

_APIS = {"Api": "RestApiId", "HttpApi": "ApiId"}
_PERMISSIONS = {"Read": Kind.READS, "Write": Kind.WRITES}


def _events(index: ResourceIndex, runs: Resource) -> Iterator[Edge]:
    for event in as_mapping(runs.get("Events")).values():
        properties = as_mapping(as_mapping(event).get("Properties"))
        yield from _event(index, runs, str(as_mapping(event).get("Type")), properties)


def _event(
    index: ResourceIndex, runs: Resource, kind: str, properties: Mapping[str, Value]
) -> Iterator[Edge]:
    if kind in _APIS:
        detail = {"method": properties.get("Method"), "path": properties.get("Path"), "event": properties}
        yield from _from(index, properties.get(_APIS[kind]), runs, Kind.INVOKES_SYNC, detail)
    elif kind == "S3":
        detail = {"events": as_list(properties.get("Events")), **filters_of(properties)}
        yield from _from(index, properties.get("Bucket"), runs, Kind.INVOKES_ASYNC, detail)
    elif kind == "Cognito":
        yield from _from(index, properties.get("UserPool"), runs, Kind.INVOKES_SYNC, {})


def _from(
    index: ResourceIndex, named: Value, runs: Resource, kind: Kind, detail: Mapping[str, Value]
) -> Iterator[Edge]:
    """SAM takes a reference and a bare logical id alike."""
    source = index.target(named) or index.resources.get(f"{runs.stack}/{named}")
    if source:
        yield Edge(source, runs, kind, runs, detail)


def _connector(index: ResourceIndex, connector: Resource) -> Iterator[Edge]:
    source = index.resources.get(f"{connector.stack}/{connector.get('Source.Id')}")
    for entry in as_list(connector.get("Destination")):
        target = index.resources.get(f"{connector.stack}/{as_mapping(entry).get('Id')}")
        for permission in values_at(connector.properties, "Permissions"):
            kind = _PERMISSIONS.get(str(permission))
            if source and target and kind:
                yield Edge(source, target, kind, connector, {"permission": permission})


SOURCES: dict[str, Source] = {
    "AWS::Serverless::Function": _events,
    "AWS::Serverless::StateMachine": _events,
    "AWS::Serverless::Connector": _connector,
}

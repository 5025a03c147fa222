"""With which role a resource works, what scales it, and what a load balancer sends to it."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from wellmade.graph.edge import Edge, Kind
from wellmade.graph.edges.source import Source, to
from wellmade.graph.paths import values_at
from wellmade.graph.references import attributes
from wellmade.graph.resource import Resource
from wellmade.graph.statements import ROLE_PROPERTIES

if TYPE_CHECKING:
    from wellmade.graph.graph import Graph

_SCALED = ("AWS::ECS::Service", "AWS::DynamoDB::", "AWS::Lambda::", "AWS::RDS::", "AWS::Serverless::Function")


def _role(graph: "Graph", resource: Resource) -> Iterator[Edge]:
    path = ROLE_PROPERTIES[resource.type]
    yield from to(graph, resource, resource.get(path), Kind.ASSUMES, resource, {"property": path})


def _scaling(graph: "Graph", target: Resource) -> Iterator[Edge]:
    """`service/${Cluster}/${Service.Name}` names what is scaled last."""
    named = [graph.target(attribute) for attribute in attributes(target.get("ResourceId"))]
    scaled = [resource for resource in named if resource and resource.type.startswith(_SCALED)]
    if scaled:
        yield Edge(target, graph.function(scaled[-1]) or scaled[-1], Kind.GUARDS, target, target.properties)


def _targets(graph: "Graph", group: Resource) -> Iterator[Edge]:
    """A load balancer waits for a function's answer; to all else it passes connections on."""
    for value in values_at(group.properties, "Targets.*.Id"):
        kind = Kind.INVOKES_SYNC if graph.function(value) else Kind.ROUTES
        yield from to(graph, group, value, kind, group)


SOURCES: dict[str, Source] = {
    **dict.fromkeys(ROLE_PROPERTIES, _role),
    "AWS::ApplicationAutoScaling::ScalableTarget": _scaling,
    "AWS::ElasticLoadBalancingV2::TargetGroup": _targets,
}

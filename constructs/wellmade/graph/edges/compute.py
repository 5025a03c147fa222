"""With which role a resource works, what scales it, and what a load balancer sends to it."""

from collections.abc import Iterator

from wellmade.graph.edges.edge import Edge, Kind
from wellmade.graph.edges.source import Source, edges_to
from wellmade.graph.resolve.paths import values_at
from wellmade.graph.resolve.references import attributes
from wellmade.graph.resolve.resource import Resource
from wellmade.graph.resolve.resource_index import ResourceIndex
from wellmade.graph.resolve.statements import ROLE_PROPERTIES

_SCALED = ("AWS::ECS::Service", "AWS::DynamoDB::", "AWS::Lambda::", "AWS::RDS::", "AWS::Serverless::Function")


def _role(index: ResourceIndex, resource: Resource) -> Iterator[Edge]:
    path = ROLE_PROPERTIES[resource.type]
    yield from edges_to(index, resource, resource.get(path), Kind.ASSUMES, resource, {"property": path})


def _scaling(index: ResourceIndex, target: Resource) -> Iterator[Edge]:
    """`service/${Cluster}/${Service.Name}` names what is scaled last."""
    named = [index.target(attribute) for attribute in attributes(target.get("ResourceId"))]
    scaled = [resource for resource in named if resource and resource.type.startswith(_SCALED)]
    if scaled:
        yield Edge(target, index.function(scaled[-1]) or scaled[-1], Kind.GUARDS, target, target.properties)


def _targets(index: ResourceIndex, group: Resource) -> Iterator[Edge]:
    """A load balancer waits for a function's answer; to all else it passes connections on."""
    for value in values_at(group.properties, "Targets.*.Id"):
        kind = Kind.INVOKES_SYNC if index.function(value) else Kind.ROUTES
        yield from edges_to(index, group, value, kind, group)


SOURCES: dict[str, Source] = {
    **dict.fromkeys(ROLE_PROPERTIES, _role),
    "AWS::ApplicationAutoScaling::ScalableTarget": _scaling,
    "AWS::ElasticLoadBalancingV2::TargetGroup": _targets,
}

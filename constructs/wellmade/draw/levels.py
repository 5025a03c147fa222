"""Which resources have a box of their own at a level of detail, and which stand for another one."""

from enum import StrEnum

from wellmade.draw.kinds import main_kinds
from wellmade.graph import Edge, Graph, Kind, Resource


class Level(StrEnum):
    """How much a picture shows."""

    OVERVIEW = "overview"
    SERVICES = "services"
    EVERYTHING = "everything"


# What is no more than a part of another: type, and the type that routes to it.
_PARTS = {"AWS::ECS::TaskDefinition": "AWS::ECS::Service", "AWS::RDS::DBInstance": "AWS::RDS::DBCluster"}
_LOGGING = "LoggingConfiguration.DestinationBucketName"


def shown(graph: Graph, level: Level) -> set[Resource]:
    """Return what has a box: what does or keeps something itself, or all there is."""
    if level is Level.EVERYTHING:
        return set(graph.resources.values())
    main = [each for each in graph.resources.values() if each.type in main_kinds()]
    return {each for each in main if not (owner_of(graph, each) or _serves_alarms_or_logs(graph, each))}


def owner_of(graph: Graph, resource: Resource) -> Resource | None:
    """Return the resource of which this one is a part; None where it stands for itself."""
    kind = _PARTS.get(resource.type)
    owners = graph.edges(Kind.ROUTES, target=resource) if kind else []
    return next((edge.source for edge in owners if edge.source.type == kind), None)


def is_bookkeeping(edge: Edge) -> bool:
    """Tell whether an edge carries logs or alarms: it says nothing of what the system does."""
    return (
        edge.source.type in ("AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm")
        or edge.target.type == "AWS::Logs::LogGroup"
        or edge.detail.get("property") == _LOGGING
    )


def _serves_alarms_or_logs(graph: Graph, resource: Resource) -> bool:
    """Tell whether a topic hears alarms alone, or a bucket keeps logs alone; one that nobody uses stays."""
    if resource.type not in ("AWS::SNS::Topic", "AWS::S3::Bucket"):
        return False
    edges = graph.edges(target=resource) + graph.edges(source=resource)
    used = [edge for edge in edges if edge.kind is not Kind.GUARDS]
    return any(is_bookkeeping(edge) and edge.target is resource for edge in used) and all(
        is_bookkeeping(edge) for edge in used
    )

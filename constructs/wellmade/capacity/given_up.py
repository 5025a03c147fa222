"""Where messages go that failed every time: to a dead-letter queue or a destination, and from there on."""

from collections.abc import Iterator

from wellmade.capacity.channel import Channel
from wellmade.graph import Edge, Graph, Kind, Resource


def destinations(graph: Graph, channel: Channel, source: Resource | None, edge: Edge | None) -> list[Edge]:
    """Return the edges to what gets the messages of a channel that are given up."""
    function = graph.resources[channel.consumer]
    if channel.work.visibility < float("inf"):
        return graph.edges(Kind.DEAD_LETTERS, source=source) if source else []
    every = graph.edges(Kind.DEAD_LETTERS, source=function)
    polled = edge.via if edge and edge.kind is Kind.POLLS else None
    mapping = "AWS::Lambda::EventSourceMapping"
    return [one for one in every if (one.via is polled if polled else one.via.type != mapping)]


def node_of(channel: Channel) -> str:
    """Return the node that stands for what is given up of a channel."""
    return f"given up by {channel.id}"


def once_each(edges: list[Edge]) -> Iterator[Resource]:
    """Yield each target once."""
    yield from {edge.target.id: edge.target for edge in edges}.values()

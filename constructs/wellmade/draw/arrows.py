"""From edges of the graph to arrows between boxes: ways through what has no box become one arrow."""

from collections.abc import Iterator, Mapping

from wellmade.draw.levels import is_bookkeeping, owner_of
from wellmade.draw.picture import Arrow, Flow
from wellmade.graph import Edge, Graph, Kind, Resource

_FLOWS = {
    Kind.INVOKES_SYNC: Flow.CALL,
    Kind.READS: Flow.CALL,
    Kind.WRITES: Flow.CALL,
    Kind.ROUTES: Flow.CALL,
    Kind.INVOKES_ASYNC: Flow.EVENT,
    Kind.PUBLISHES: Flow.EVENT,
    Kind.POLLS: Flow.POLL,
    Kind.DEAD_LETTERS: Flow.DEAD_LETTER,
    Kind.ASSUMES: Flow.RIGHT,
    Kind.GUARDS: Flow.RIGHT,
}
_BEFORE = ("AWS::WAFv2::WebACL", "AWS::WAF::WebACL", "AWS::WAFRegional::WebACL")
"""What guards by standing before something: all that comes passes it."""
_POLLED = ("AWS::SQS::Queue", "AWS::Kinesis::Stream")


def arrows_between(graph: Graph, boxes: set[Resource], *, everything: bool) -> list[Arrow]:
    """Return the arrows between resources that have boxes, each once, in the order of the graph."""
    found: dict[tuple[str, str, Flow], Arrow] = {}
    for resource in graph.resources.values():
        if resource in boxes:
            for edge in _ways_from(graph, resource, boxes):
                if everything or not (is_bookkeeping(edge) or _flow(edge) is Flow.RIGHT):
                    for arrow in _arrow(graph, resource, edge):
                        found.setdefault(arrow.ends, arrow)
    return [each for each in found.values() if not _is_said(each, found)]


def _flow(edge: Edge) -> Flow:
    stands_before = edge.kind is Kind.GUARDS and edge.source.type in _BEFORE
    return Flow.CALL if stands_before else _FLOWS[edge.kind]


def _is_said(arrow: Arrow, found: Mapping[tuple[str, str, Flow], Arrow]) -> bool:
    """Who sends dead letters may publish there: the right to do so is no second flow."""
    return arrow.flow is Flow.EVENT and (arrow.source, arrow.target, Flow.DEAD_LETTER) in found


def _ways_from(graph: Graph, start: Resource, boxes: set[Resource]) -> Iterator[Edge]:
    """Yield the last edge of each way to a box; a way goes on through what only passes on."""
    seen, waiting = {start}, [start]
    while waiting:
        here = waiting.pop(0)
        for edge in graph.edges(source=here):
            through = edge.target not in boxes and _passes_on(graph, edge, start)
            if edge.target in boxes and not (edge.target is start and edge.kind is Kind.ROUTES):
                yield edge
            elif through and edge.target not in seen:
                seen.add(edge.target)
                waiting.append(edge.target)


def _passes_on(graph: Graph, edge: Edge, start: Resource) -> bool:
    """A listener passes on, and so does a part; what belongs to somebody else is reached as its owner."""
    return edge.kind is Kind.ROUTES or owner_of(graph, edge.target) is start


def _arrow(graph: Graph, source: Resource, edge: Edge) -> Iterator[Arrow]:
    """Draw who reads a queue from the queue, as a poll: the messages flow that way."""
    if edge.kind is Kind.READS and edge.target.type in _POLLED:
        if not graph.edges(Kind.POLLS, source=edge.target, target=source):
            yield Arrow(edge.target.id, source.id, Flow.POLL)
        return
    yield Arrow(source.id, edge.target.id, _flow(edge))

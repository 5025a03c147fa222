"""From a graph to a picture: boxes in the frames where they belong, and the arrows between them."""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence

from wellmade.draw.arrows import arrows_between
from wellmade.draw.dissolve import without_round_trips
from wellmade.draw.framing import framed
from wellmade.draw.kinds import family_of, word_of
from wellmade.draw.levels import Level, shown
from wellmade.draw.naming import line_of
from wellmade.draw.networks import connections
from wellmade.draw.notes import NOTES
from wellmade.draw.overview import summed_up
from wellmade.draw.picture import Arrow, Box, Flow, Picture
from wellmade.graph import Graph, Resource


def picture_of(graph: Graph, level: Level = Level.SERVICES, notes: Sequence[str] = ()) -> Picture:
    """Return the picture of everything that was read together.

    Args:
        graph: What is drawn.
        level: How much is shown. Default: what does or keeps something itself.
        notes: What boxes say beside their names, of `NOTES`. Default: nothing.
    """
    boxes = shown(graph, level)
    everything = level is Level.EVERYTHING
    arrows = arrows_between(graph, boxes, everything=everything)
    if not everything:
        arrows += _connected(graph, boxes, arrows)
    drawn = {each: _box(graph, each, notes) for each in graph.resources.values() if each in boxes}
    left_out = Counter(each.type for each in graph.resources.values() if each not in boxes)
    picture = Picture(framed(graph, drawn), tuple(arrows), dict(left_out))
    return _AT[level](picture)


_AT: dict[Level, Callable[[Picture], Picture]] = {
    Level.OVERVIEW: summed_up,
    Level.SERVICES: without_round_trips,
    Level.EVERYTHING: lambda picture: picture,
}


def _box(graph: Graph, resource: Resource, notes: Sequence[str]) -> Box:
    return Box(
        id=resource.id,
        title="",
        kind=word_of(resource.type),
        family=family_of(resource.type),
        type=resource.type,
        notes=tuple(note for name in notes for note in NOTES[name](graph, resource)),
        place=line_of(resource),
    )


def _connected(graph: Graph, boxes: set[Resource], arrows: Sequence[Arrow]) -> list[Arrow]:
    """Draw the connections that security groups open, where no other arrow says more."""
    linked: dict[str, set[str]] = defaultdict(set)
    for arrow in arrows:
        linked[arrow.source].add(arrow.target)
    pairs = dict.fromkeys(connections(graph, boxes))
    return [
        Arrow(one.id, other.id, Flow.CALL)
        for one, other in pairs
        if one is not other and other.id not in linked[one.id]
    ]

"""A picture as the layout kernel reads it."""

from collections.abc import Mapping, Sequence
from typing import Any

from wellmade.draw.islands import Islands, islands_of
from wellmade.draw.picture import Arrow, Box, Flow, Frame, Picture
from wellmade.draw.places import SCREEN
from wellmade.draw.sizes import FRAME_PAD, FRAME_TOP, frame_width, label_of

DIRECTIONS = {"down": "DOWN", "right": "RIGHT"}
Options = Mapping[str, str]
Document = dict[str, Any]

_FLOWING = {
    "elk.algorithm": "layered",
    "elk.hierarchyHandling": "INCLUDE_CHILDREN",
    "elk.edgeRouting": "ORTHOGONAL",
    "elk.spacing.nodeNode": "28",
    "elk.spacing.edgeNode": "18",
    "elk.spacing.edgeEdge": "12",
    "elk.layered.spacing.nodeNodeBetweenLayers": "44",
    "elk.layered.spacing.edgeNodeBetweenLayers": "18",
    "elk.layered.spacing.edgeEdgeBetweenLayers": "12",
    "elk.layered.nodePlacement.strategy": "NETWORK_SIMPLEX",
    "elk.layered.considerModelOrder.strategy": "NODES_AND_EDGES",
}
_WHOLE = {
    "elk.json.shapeCoords": "ROOT",
    "elk.json.edgeCoords": "ROOT",
    "elk.aspectRatio": "1.6",
    "elk.padding": "[top=20,left=20,bottom=20,right=20]",
}
_COMPACTED = "elk.layered.compaction.postCompaction.strategy"
_GAP = 28
_ROOM = SCREEN - 160
"""What frames around them leave to boxes, in pixels."""

# Where arrows go round in a circle, the way of the messages is drawn forwards and calls go back.
_FORWARD = {Flow.EVENT: 100, Flow.POLL: 100, Flow.DEAD_LETTER: 20, Flow.CALL: 2, Flow.RIGHT: 1}


def document_of(picture: Picture, direction: str, options: Options) -> Document:
    """Return the graph for the kernel.

    Args:
        picture: What is laid out.
        direction: Of `DIRECTIONS`.
        options: Of the kernel, for each frame.
    """
    islands = islands_of(picture)
    made = _Maker(picture.arrows, islands, direction, options)
    return {
        "id": "",
        "layoutOptions": {**_FLOWING, **_WHOLE, "elk.direction": DIRECTIONS[direction]},
        "children": made.within("", [], picture.frames, direction),
        "edges": made.edges(""),
    }


class _Maker:
    """What makes the parts of one document."""

    def __init__(self, arrows: Sequence[Arrow], islands: Islands, direction: str, options: Options) -> None:
        self._arrows, self._islands, self._direction, self._options = arrows, islands, direction, options
        # Without this one, gaps stay where nothing stands; with islands the kernel fails by it.
        self._closer = {} if islands.ids else {_COMPACTED: "EDGE_LENGTH"}

    def edges(self, island: str) -> list[Document]:
        return [_edge(number, self._arrows[number]) for number in self._islands.arrows.get(island, ())]

    def within(
        self, key: str, boxes: Sequence[Box], frames: Sequence[Frame], direction: str
    ) -> list[Document]:
        """Return what stands in a frame: what arrows lead to, and last the islands in rows."""
        made = [*map(_box, boxes), *(self._frame(each, direction) for each in frames)]
        rows = [each for each in made if each["id"] in self._islands.ids]
        rest = [each for each in made if each["id"] not in self._islands.ids]
        last = "LAST" if key in self._islands.crossed else "LAST_SEPARATE"
        return [*rest, _rows(key, rows, last)] if rows else rest

    def _frame(self, frame: Frame, direction: str) -> Document:
        top, side = FRAME_TOP, FRAME_PAD
        island = frame.id in self._islands.ids
        # The kernel lays downwards out sideways and turns it, but not the least size of what holds others.
        # That of an island it takes both ways: one without arrows, which lead nowhere, is not turned.
        if island:
            direction = self._direction if self._islands.arrows.get(frame.id) else "right"
        turned = direction == "down" and not island
        width = frame_width(frame.title, entered=frame.id in self._islands.crossed)
        least = (width, top + side)[:: -1 if turned else 1]
        own = _FLOWING if island else {}
        return {
            "id": frame.id,
            "layoutOptions": {
                **own,
                "elk.direction": DIRECTIONS[direction],
                **self._options,  # each frame is laid out by its own, and takes none of the picture's
                **self._closer,
                "elk.padding": f"[top={top},left={side},bottom={side},right={side}]",
                "elk.nodeSize.constraints": "MINIMUM_SIZE",
                "elk.nodeSize.minimum": f"({least[0]},{least[1]})",
            },
            "children": self.within(frame.id, frame.boxes, frame.frames, direction),
            "edges": self.edges(frame.id) if island else [],
        }


def _rows(key: str, children: list[Document], last: str) -> Document:
    """Return what has no border of its own, and holds islands; it stands below what arrows lead to.

    In a frame that arrows leave, the kernel takes no row of its own below that of their ends.
    """
    area = sum((each.get("width", 300) + _GAP) * (each.get("height", 200) + _GAP) for each in children)
    return {
        "id": f"{key}//rows",
        "layoutOptions": {
            "elk.algorithm": "rectpacking",
            "elk.hierarchyHandling": "SEPARATE_CHILDREN",
            "elk.aspectRatio": f"{min(2.2, _ROOM**2 / area):.3f}",
            "elk.spacing.nodeNode": str(_GAP),
            "elk.padding": "[top=0,left=0,bottom=0,right=0]",
            "elk.layered.layering.layerConstraint": last,
        },
        "children": children,
    }


def _box(box: Box) -> Document:
    label = label_of(box)
    return {"id": box.id, "width": label.width, "height": label.height}


def _edge(number: int, arrow: Arrow) -> Document:
    return {
        "id": str(number),
        "sources": [arrow.source],
        "targets": [arrow.target],
        "layoutOptions": {"elk.layered.priority.direction": str(_FORWARD[arrow.flow])},
    }

"""Places for boxes, frames and arrows, by the Eclipse Layout Kernel in a Node process."""

import json
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wellmade.console import err
from wellmade.draw.picture import Arrow, Box, Flow, Frame, Picture
from wellmade.draw.sizes import FRAME_PAD, FRAME_TOP, frame_width, label_of
from wellmade.errors import WellmadeError
from wellmade.local.toolchain import built_once, digest_of, node_program, npm_ci

DIRECTIONS = {"down": "DOWN", "right": "RIGHT"}
_ELK = Path(__file__).with_name("elk")
_OPTIONS = {
    "elk.algorithm": "layered",
    "elk.hierarchyHandling": "INCLUDE_CHILDREN",
    "elk.edgeRouting": "ORTHOGONAL",
    "elk.json.shapeCoords": "ROOT",
    "elk.json.edgeCoords": "ROOT",
    "elk.spacing.nodeNode": "28",
    "elk.spacing.edgeNode": "18",
    "elk.spacing.edgeEdge": "12",
    "elk.layered.spacing.nodeNodeBetweenLayers": "44",
    "elk.layered.spacing.edgeNodeBetweenLayers": "18",
    "elk.layered.spacing.edgeEdgeBetweenLayers": "12",
    "elk.layered.nodePlacement.strategy": "NETWORK_SIMPLEX",
    "elk.layered.considerModelOrder.strategy": "NODES_AND_EDGES",
    "elk.aspectRatio": "1.6",
    "elk.padding": "[top=20,left=20,bottom=20,right=20]",
}

# Where arrows go round in a circle, the way of the messages is drawn forwards and calls go back.
_FORWARD = {Flow.EVENT: 100, Flow.POLL: 100, Flow.DEAD_LETTER: 20, Flow.CALL: 2, Flow.RIGHT: 1}

SCREEN = 1600
"""Pixels: a wider picture is shrunk until nobody can read it."""

_ROWS = {3: 1.4 * SCREEN, 2: None}
"""How many boxes a row of a frame may hold where a picture has to be folded; up to which width that helps."""
_MOST_FOLDED = 100
"""Boxes: what has more is readable on no screen, and its rows take seconds."""

Options = Mapping[str, str]
Point = tuple[float, float]


@dataclass(frozen=True)
class Place:
    """A rectangle."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Layout:
    """Where everything is; arrows have the points of their way."""

    width: float
    height: float
    places: Mapping[str, Place]
    ways: Mapping[int, tuple[Point, ...]]
    """By the number of the arrow in the picture."""


def laid_out(picture: Picture, direction: str | None = None) -> Layout:
    """Return the places of everything in a picture; the same picture gets the same ones.

    Args:
        picture: What is drawn.
        direction: Where arrows lead, `down` or `right`. Default: down, which reads best; right where down
            would be wider than a screen; where both would be, down in narrower rows.

    Raises:
        WellmadeError: If Node is missing, the layout kernel cannot be installed, or it fails.
    """
    placed = _run(list(_attempts(picture, direction)))
    return Layout(placed["width"], placed["height"], dict(_places(placed)), dict(_ways(placed)))


def _attempts(picture: Picture, direction: str | None) -> Iterator[dict[str, Any]]:
    """Yield what may be laid out, the first of which that fits a screen is taken."""
    for each in [direction] if direction else DIRECTIONS:
        yield {"graph": _document(picture, each, {})}
    if direction is None and len(picture.boxes) <= _MOST_FOLDED:
        for most, below in _ROWS.items():
            yield {"graph": _document(picture, "down", _folded(most)), "below": below}


def _folded(most: int) -> Options:
    return {
        "elk.layered.layering.strategy": "COFFMAN_GRAHAM",
        "elk.layered.layering.coffmanGraham.layerBound": str(most),
        "elk.layered.nodePlacement.strategy": "NETWORK_SIMPLEX",
    }


def _document(picture: Picture, direction: str, options: Options) -> dict[str, Any]:
    several = len(picture.frames) > 1
    return {
        "id": "",
        "layoutOptions": {**_OPTIONS, "elk.direction": DIRECTIONS[direction]},
        "children": [_frame(each, direction, options, entered=several) for each in picture.frames],
        "edges": [_edge(number, each) for number, each in enumerate(picture.arrows)],
    }


def _frame(frame: Frame, direction: str, options: Options, *, entered: bool = True) -> dict[str, Any]:
    top, side = FRAME_TOP, FRAME_PAD
    # The kernel lays downwards out sideways and turns it, but not the least size of what holds others.
    least = (frame_width(frame.title, entered=entered), top + side)[:: -1 if direction == "down" else 1]
    return {
        "id": frame.id,
        "layoutOptions": {
            **options,  # each frame is laid out by its own, and takes none of the picture's
            # Without this one, gaps stay where nothing stands.
            "elk.layered.compaction.postCompaction.strategy": "EDGE_LENGTH",
            "elk.padding": f"[top={top},left={side},bottom={side},right={side}]",
            "elk.nodeSize.constraints": "MINIMUM_SIZE",
            "elk.nodeSize.minimum": f"({least[0]},{least[1]})",
        },
        "children": [*map(_box, frame.boxes), *(_frame(each, direction, options) for each in frame.frames)],
    }


def _box(box: Box) -> dict[str, Any]:
    label = label_of(box)
    return {"id": box.id, "width": label.width, "height": label.height}


def _edge(number: int, arrow: Arrow) -> dict[str, Any]:
    return {
        "id": str(number),
        "sources": [arrow.source],
        "targets": [arrow.target],
        "layoutOptions": {"elk.layered.priority.direction": str(_FORWARD[arrow.flow])},
    }


def _run(attempts: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the first that fits a screen with its places, else the narrowest."""
    command = [str(node_program()), str(_ELK / "layout.js"), str(kernel()), str(SCREEN)]
    done = subprocess.run(  # noqa: S603 - our own program
        command, input=json.dumps(attempts), capture_output=True, text=True, check=False
    )
    if done.returncode:
        said = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise WellmadeError(f"the layout failed: {said}; draw less of it with --level or --around")
    placed: dict[str, Any] = json.loads(done.stdout)
    return placed


def kernel() -> Path:
    """Return the layout kernel, installed on the first use.

    Raises:
        WellmadeError: If it cannot be installed.
    """

    def build(folder: Path) -> None:
        err.print("wellmade: installing the layout of pictures (elkjs) once")
        npm_ci(folder, _ELK)

    name = f"elk-{digest_of((_ELK / 'package-lock.json').read_bytes())}"
    return built_once(name, build) / "node_modules/elkjs/lib/elk.bundled.js"


def _places(node: Mapping[str, Any]) -> Iterator[tuple[str, Place]]:
    for child in node.get("children", []):
        yield child["id"], Place(child["x"], child["y"], child["width"], child["height"])
        yield from _places(child)


def _ways(node: Mapping[str, Any]) -> Iterator[tuple[int, tuple[Point, ...]]]:
    for edge in node.get("edges", []):
        for section in edge.get("sections", []):
            points = [section["startPoint"], *section.get("bendPoints", []), section["endPoint"]]
            yield int(edge["id"]), tuple((point["x"], point["y"]) for point in points)

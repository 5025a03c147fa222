"""Boxes and frames that no arrow leads into or out of: many of them stand in rows of their own."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from wellmade.draw.picture import Frame, Picture

_FEW = 2
"""So many fit beside the others."""

Chain = tuple[str, ...]
"""The ids of the frames around a box, the outermost first, and its own."""


@dataclass(frozen=True)
class Islands:
    """What stands in rows of its own, and the arrows in it."""

    ids: frozenset[str]
    crossed: frozenset[str]
    """Boxes, and frames over whose border an arrow leads."""
    arrows: Mapping[str, Sequence[int]]
    """The numbers of the arrows by the outermost island that holds them; "" has the rest."""


def islands_of(picture: Picture) -> Islands:
    """Find the islands of a picture."""
    chains = {chain[-1]: chain for frame in picture.frames for chain in _chains(frame, ())}
    ends = [(chains[each.source], chains[each.target]) for each in picture.arrows]
    crossed = {key for one, other in ends for key in (*_beyond(one, other), *_beyond(other, one))}
    ids = frozenset(_idle(picture.frames, crossed))
    arrows: dict[str, list[int]] = defaultdict(list)
    for number, (one, other) in enumerate(ends):
        common = one[: len(one) - len(_beyond(one, other))]
        arrows[next((key for key in common if key in ids), "")].append(number)
    return Islands(ids, frozenset(crossed), arrows)


def _chains(frame: Frame, above: Chain) -> Iterator[Chain]:
    here = (*above, frame.id)
    yield from ((*here, box.id) for box in frame.boxes)
    for each in frame.frames:
        yield from _chains(each, here)


def _beyond(one: Chain, other: Chain) -> Chain:
    """Return what of a chain is not around the end of the other; a box with an arrow to itself is beyond."""
    shared = 0
    while shared < min(len(one), len(other)) - 1 and one[shared] == other[shared]:
        shared += 1
    return one[shared:]


def _idle(frames: Sequence[Frame], crossed: set[str]) -> Iterator[str]:
    """Yield what no arrow reaches, where it is more than a few of one frame."""
    yield from _many([each.id for each in frames], crossed)
    for frame in (each for top in frames for each in top.every_frame()):
        yield from _many([*(box.id for box in frame.boxes), *(each.id for each in frame.frames)], crossed)


def _many(ids: Sequence[str], crossed: set[str]) -> list[str]:
    idle = [each for each in ids if each not in crossed]
    return idle if len(idle) > _FEW else []

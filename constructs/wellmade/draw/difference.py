"""Two versions in one picture: what came, what went, and what stayed."""

from collections.abc import Iterable
from dataclasses import replace

from wellmade.draw.gather import picture_of
from wellmade.draw.levels import Level
from wellmade.draw.picture import Arrow, Box, Frame, Picture, Status
from wellmade.graph import Graph, Resource
from wellmade.graph.as_written import as_written


def difference(old: Graph, new: Graph, level: Level = Level.SERVICES, notes: Iterable[str] = ()) -> Picture:
    """Return the new picture together with what the old one had beside it; each says what became of it."""
    before, after = (picture_of(each, level, tuple(notes)) for each in (old, new))
    before = _as_in(before, after)
    had, has = before.boxes, after.boxes
    changed = {key for key in had.keys() & has.keys() if _differs(key, old, new) or _says(had[key], has[key])}
    status = {
        **dict.fromkeys(has.keys() - had.keys(), Status.ADDED),
        **dict.fromkeys(had.keys() - has.keys(), Status.REMOVED),
        **dict.fromkeys(changed, Status.CHANGED),
    }
    frames = _merged(before.frames, after.frames)
    return Picture(tuple(_marked(each, status) for each in frames), _arrows(before, after), after.left_out)


def _as_in(before: Picture, after: Picture) -> Picture:
    """Take the only stack of both for the same one, whatever their files are called."""
    if len(before.frames) != 1 or len(after.frames) != 1:
        return before
    old, new = before.frames[0].id, after.frames[0].id
    if old == new:
        return before

    def renamed(key: str) -> str:
        return new + key.removeprefix(old)

    def moved(frame: Frame) -> Frame:
        boxes = tuple(replace(box, id=renamed(box.id)) for box in frame.boxes)
        return replace(frame, id=renamed(frame.id), boxes=boxes, frames=tuple(map(moved, frame.frames)))

    arrows = (
        replace(each, source=renamed(each.source), target=renamed(each.target)) for each in before.arrows
    )
    return Picture((moved(before.frames[0]),), tuple(arrows), before.left_out)


def _differs(key: str, old: Graph, new: Graph) -> bool:
    """Tell whether a resource is written otherwise; a box of several resources is judged by what it says."""
    other = new.resources.get(key)
    one = old.resources.get(key) or _of_only_stack(old, key)
    return bool(one and other and as_written(old, one) != as_written(new, other))


def _of_only_stack(graph: Graph, key: str) -> Resource | None:
    stacks = [each for each in graph.stacks if each.parent is None]
    return graph.resources.get(f"{stacks[0].name}/{key.partition('/')[2]}") if len(stacks) == 1 else None


def _says(one: Box, other: Box) -> bool:
    """Tell whether two boxes say different things; where they are defined is no difference."""
    return (one.title, one.kind, one.notes) != (other.title, other.kind, other.notes)


def _merged(before: Iterable[Frame], after: Iterable[Frame]) -> tuple[Frame, ...]:
    """Put what the old frames have beside the new into them; a box that moved stands where it is now."""
    news, olds = list(after), list(before)
    taken = {box.id for frame in news for box in frame.every_box()}
    merged = [_with(each, next((one for one in olds if one.id == each.id), None), taken) for each in news]
    left = {box.id for one in olds for box in one.every_box()} - taken
    gone = [one.with_only(left) for one in olds if one.id not in {each.id for each in news}]
    return (*merged, *(each for each in gone if each.boxes or each.frames))


def _with(frame: Frame, old: Frame | None, taken: set[str]) -> Frame:
    if old is None:
        return frame
    gone = tuple(box for box in old.boxes if box.id not in taken)
    known = {each.id: each for each in old.frames}
    kept = tuple(_with(each, known.pop(each.id, None), taken) for each in frame.frames)
    left = {box.id for each in known.values() for box in each.every_box()} - taken
    more = (each.with_only(left) for each in known.values())
    lost = tuple(each for each in more if each.boxes or each.frames)
    return replace(frame, boxes=(*frame.boxes, *gone), frames=(*kept, *lost))


def _marked(frame: Frame, status: dict[str, Status]) -> Frame:
    return replace(
        frame,
        boxes=tuple(_with_status(box, status) for box in frame.boxes),
        frames=tuple(_marked(each, status) for each in frame.frames),
    )


def _with_status(box: Box, status: dict[str, Status]) -> Box:
    return replace(box, status=status.get(box.id, Status.SAME))


def _arrows(before: Picture, after: Picture) -> tuple[Arrow, ...]:
    had, has = {each.ends for each in before.arrows}, {each.ends for each in after.arrows}
    new = (each if each.ends in had else replace(each, status=Status.ADDED) for each in after.arrows)
    gone = (replace(each, status=Status.REMOVED) for each in before.arrows if each.ends not in has)
    return (*new, *gone)

"""A picture in numbered sheets, where it is too wide for a screen; arrows to another end at its number."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from wellmade.draw.clusters import clustered
from wellmade.draw.picture import Arrow, Box, Frame, Picture

Parts = list[set[str]]
"""The ids of the boxes of each sheet."""
MOST = 24
"""Boxes of a sheet."""


def parts_of(picture: Picture) -> Parts:
    """Return which boxes share a sheet: what is of one frame, and what many arrows connect."""
    return _ordered(picture, clustered(list(_units(picture.frames, MOST)), picture.arrows, MOST))


def halved(picture: Picture, part: set[str]) -> Parts:
    """Return a sheet in two or more."""
    most = max(1, len(part) // 2)
    inner = picture.with_only(part)
    return _ordered(picture, clustered(list(_units(inner.frames, most)), inner.arrows, most))


def _units(frames: Sequence[Frame], most: int) -> Iterator[set[str]]:
    """Yield frames that fit a sheet, and the boxes of those that do not."""
    for frame in frames:
        ids = {box.id for box in frame.every_box()}
        if len(ids) <= most:
            yield ids
        else:
            yield from ({box.id} for box in frame.boxes)
            yield from _units(frame.frames, most)


def _ordered(picture: Picture, parts: Parts) -> Parts:
    """Return sheets by the first of their boxes."""
    order = {key: number for number, key in enumerate(picture.boxes)}
    return sorted(parts, key=lambda part: min(order[key] for key in part))


def sheets_of(picture: Picture, parts: Parts) -> list[Picture]:
    """Return each part as a picture, with a box for each other one that its arrows lead to or come from."""
    names = [_collapsed(picture.with_only(part).frames)[0] for part in parts]
    home = {key: number for number, part in enumerate(parts) for key in part}
    return [_sheet(picture, part, number, names, home) for number, part in enumerate(parts)]


def _sheet(
    picture: Picture, part: set[str], number: int, names: Sequence[str], home: Mapping[str, int]
) -> Picture:
    stubs: dict[tuple[int, bool], set[str]] = {}
    arrows: dict[object, Arrow] = {}
    for arrow in picture.arrows:
        inner = [key in part for key in (arrow.source, arrow.target)]
        if not any(inner):
            continue
        for end, is_target in ((arrow.source, False), (arrow.target, True)):
            if end not in part:
                stubs.setdefault((home[end], is_target), set()).add(end)
        source = arrow.source if inner[0] else _stub_id(number, home[arrow.source], is_target=False)
        target = arrow.target if inner[1] else _stub_id(number, home[arrow.target], is_target=True)
        moved = replace(arrow, source=source, target=target)
        arrows.setdefault((moved.ends, moved.status), moved)
    boxes = picture.boxes
    outside = tuple(
        _stub(number, other, names[other], [boxes[key] for key in boxes if key in ends], is_target=is_target)
        for (other, is_target), ends in sorted(stubs.items())
    )
    name, own, frames = _collapsed(picture.with_only(part).frames)
    frame = Frame(
        f"//sheet {number + 1}",
        f"{number + 1} · {name}",
        "sheet",
        (*own, *outside),
        tuple(_renamed(each, number) for each in frames),
    )
    return Picture((frame,), tuple(arrows.values()))


def _stub_id(number: int, other: int, *, is_target: bool) -> str:
    return f"//sheet {number + 1} {'to' if is_target else 'from'} {other + 1}"


def _stub(number: int, other: int, name: str, ends: Sequence[Box], *, is_target: bool) -> Box:
    """Return the box that stands for what is on another sheet."""
    alone = len(ends) == 1
    return Box(
        _stub_id(number, other, is_target=is_target),
        ends[0].title if alone else name,
        f"sheet {other + 1}" if alone else f"sheet {other + 1}, {len(ends)} boxes",
        "reference",
        stands_for=tuple(box.id for box in ends),
    )


def _collapsed(frames: Sequence[Frame]) -> tuple[str, tuple[Box, ...], tuple[Frame, ...]]:
    """Return the name of a sheet, with the boxes and frames in the frames that it stands for."""
    names: list[str] = []
    while len(frames) == 1 and frames[0].kind in ("account", "stack", "construct"):
        names.append(frames[0].title)
        if frames[0].boxes:
            return " / ".join(names), frames[0].boxes, frames[0].frames
        frames = frames[0].frames
    return " / ".join([*names, ", ".join(each.title for each in frames[:3])]), (), tuple(frames)


def _renamed(frame: Frame, number: int) -> Frame:
    """Give a frame that is on several sheets an id on each."""
    inner = tuple(_renamed(each, number) for each in frame.frames)
    return replace(frame, id=f"//sheet {number + 1}/{frame.id}", frames=inner)

"""What a picture holds, before anything has a place: boxes in frames, and arrows between boxes."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum


class Flow(StrEnum):
    """What an arrow stands for."""

    CALL = "call"
    EVENT = "event"
    POLL = "poll"
    DEAD_LETTER = "dead letter"
    RIGHT = "role, policy or alarm"


class Status(StrEnum):
    """What became of something between two versions."""

    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True)
class Box:
    """One resource, or in an overview one construct with what is in it."""

    id: str
    title: str
    kind: str
    """What it is, in words: `Lambda function`."""
    family: str
    """The family of services that gives it glyph and colour."""
    type: str = ""
    """Its type in CloudFormation; none for a construct with several resources."""
    notes: tuple[str, ...] = ()
    place: str = ""
    """Where it is defined: file and line."""
    status: Status = Status.SAME
    stands_for: tuple[str, ...] = ()
    """The ids of boxes on another sheet, where it only says on which."""


@dataclass(frozen=True)
class Arrow:
    """What flows from one box to another."""

    source: str
    target: str
    flow: Flow
    status: Status = Status.SAME

    @property
    def ends(self) -> tuple[str, str, Flow]:
        """What makes it the same arrow in two pictures."""
        return (self.source, self.target, self.flow)


@dataclass(frozen=True)
class Frame:
    """An account, stack, network, construct, sheet, or the subnets of one kind, around what belongs to it."""

    id: str
    title: str
    kind: str
    boxes: tuple[Box, ...] = ()
    frames: tuple["Frame", ...] = ()

    def every_box(self) -> Iterator[Box]:
        """Yield the boxes of this frame and of those in it."""
        yield from self.boxes
        for frame in self.frames:
            yield from frame.every_box()

    def every_frame(self) -> Iterator["Frame"]:
        """Yield this frame and those in it, the outer one first."""
        yield self
        for frame in self.frames:
            yield from frame.every_frame()

    def with_only(self, ids: set[str]) -> "Frame":
        """Return the frame with these boxes alone; frames that are left empty go."""
        inner = tuple(each.with_only(ids) for each in self.frames)
        return replace(
            self,
            boxes=tuple(box for box in self.boxes if box.id in ids),
            frames=tuple(each for each in inner if each.boxes or each.frames),
        )


@dataclass(frozen=True)
class Picture:
    """Everything that is drawn together."""

    frames: tuple[Frame, ...]
    arrows: tuple[Arrow, ...] = ()
    left_out: dict[str, int] = field(default_factory=dict)
    """How many resources of each type have no box of their own."""

    @property
    def boxes(self) -> dict[str, Box]:
        """The boxes by their ids, in the order in which they stand."""
        return {box.id: box for frame in self.frames for box in frame.every_box()}

    def with_only(self, ids: set[str]) -> "Picture":
        """Return the picture with these boxes and the arrows between them alone."""
        frames = tuple(each.with_only(ids) for each in self.frames)
        return replace(
            self,
            frames=tuple(each for each in frames if each.boxes or each.frames),
            arrows=tuple(each for each in self.arrows if {each.source, each.target} <= ids),
        )

"""A part of a picture: one resource and what is within so many arrows of it."""

from wellmade.draw.picture import Picture
from wellmade.errors import WellmadeError


def around(picture: Picture, name: str, hops: int = 1) -> Picture:
    """Return what is within `hops` arrows of a box.

    Args:
        picture: The whole.
        name: The logical id or its beginning, either with its stack, or the name of the box in the picture.
        hops: How many arrows away, in either direction. Default: 1.

    Raises:
        WellmadeError: If no box, or more than one, has that name.
    """
    near = {_found(picture, name)}
    for _ in range(hops):
        touching = [each for each in picture.arrows if {each.source, each.target} & near]
        near |= {end for each in touching for end in (each.source, each.target)}
    return picture.with_only(near)


def _found(picture: Picture, name: str) -> str:
    boxes = picture.boxes.values()
    exact = [box.id for box in boxes if name in (box.id, box.id.split("/")[-1], box.title)]
    begins = [box.id for box in boxes if name in (box.id[: len(name)], box.id.split("/")[-1][: len(name)])]
    found = exact or begins
    if len(found) == 1:
        return found[0]
    known = ", ".join(found[:8] or sorted(box.id for box in boxes)[:8])
    given = "several of that name" if found else "no such box at this level"
    raise WellmadeError(f"--around must name one box, got {name!r}: {given}; take one of {known}")

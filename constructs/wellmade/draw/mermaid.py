"""A picture as Mermaid, which READMEs and wikis draw by themselves."""

from collections.abc import Iterator

from wellmade.draw.picture import Box, Flow, Frame, Picture, Status
from wellmade.draw.text import writable

_LINES = {
    Flow.CALL: "-->",
    Flow.EVENT: "==>",
    Flow.POLL: "-.->|poll|",
    Flow.DEAD_LETTER: "-.->|dead letter|",
    Flow.RIGHT: "-.-",
}
_SHAPES = {
    "database": ("[(", ")]"),
    "bucket": ("[(", ")]"),
    "queue": ("[[", "]]"),
    "events": ("{{", "}}"),
    "front": ("([", "])"),
}
_STYLES = {
    Status.ADDED: "fill:#e6fcf5,stroke:#087f5b,stroke-width:3px,color:#212529",
    Status.REMOVED: "fill:#fff5f5,stroke:#c92a2a,stroke-width:3px,stroke-dasharray:6 4,color:#212529",
    Status.CHANGED: "stroke-width:3px",
}
"""Of boxes, as in the pictures."""
_ARROWS = {
    Status.ADDED: "stroke:#087f5b,stroke-width:3px",
    Status.REMOVED: "stroke:#c92a2a,stroke-width:3px",
}
_TURNED = {"down": "TB", "right": "LR"}


def as_mermaid(picture: Picture, direction: str = "down") -> str:
    """Return the flowchart; ids are numbers, so that no name breaks it."""
    ids = {key: f"n{number}" for number, key in enumerate(picture.boxes)}
    lines = [f"flowchart {_TURNED[direction]}"]
    lines += [line for frame in picture.frames for line in _frame(frame, ids, "  ")]
    lines += [f"  {ids[each.source]} {_LINES[each.flow]} {ids[each.target]}" for each in picture.arrows]
    lines += [f"  {each}" for each in _statuses(picture, ids)]
    return writable("\n".join(lines) + "\n")


def _statuses(picture: Picture, ids: dict[str, str]) -> Iterator[str]:
    """Yield what marks the boxes and arrows that are not the same in both versions."""
    for status, style in _STYLES.items():
        if marked := [ids[box.id] for box in picture.boxes.values() if box.status is status]:
            yield f"classDef {status} {style}"
            yield f"class {','.join(marked)} {status}"
    for status, style in _ARROWS.items():
        if numbers := [str(n) for n, each in enumerate(picture.arrows) if each.status is status]:
            yield f"linkStyle {','.join(numbers)} {style}"


def _frame(frame: Frame, ids: dict[str, str], indent: str) -> Iterator[str]:
    first = next(iter(frame.every_box()))
    yield f'{indent}subgraph {ids[first.id]}_{frame.kind}["{_quoted(frame.title)}"]'
    for box in frame.boxes:
        yield f"{indent}  {ids[box.id]}{_box(box)}"
    for inner in frame.frames:
        yield from _frame(inner, ids, indent + "  ")
    yield f"{indent}end"


def _box(box: Box) -> str:
    start, end = _SHAPES.get(box.family, ("[", "]"))
    words = "<br/>".join(_quoted(each) for each in (box.title, box.kind, *box.notes))
    return f'{start}"{words}"{end}'


def _quoted(text: str) -> str:
    """Write what Mermaid would read as its own signs, or as a page's, by their numbers."""
    return "".join(f"#{ord(each)};" if each in '"#<>&;`\\' else each for each in text)

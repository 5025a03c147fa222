"""Formulas over one JSON value; equal formulas are one object, so that equal parts of two schemas cancel."""

from collections.abc import Iterable
from typing import Any

TYPES = ("object", "array", "string", "number", "boolean", "null")
CONCERNS = {
    "minimum": "number",
    "maximum": "number",
    "multiple": "number",
    "min_length": "string",
    "max_length": "string",
    "pattern": "string",
    "format": "string",
    "min_items": "array",
    "max_items": "array",
    "unique": "array",
    "items": "array",
    "contains": "array",
    "required": "object",
    "min_fields": "object",
    "max_fields": "object",
    "fields": "object",
    "names": "object",
}
"""The type that an atom speaks about: values of all others fulfil it."""


class Node:
    """A formula of a kind with its arguments; made by a Pool only."""

    __slots__ = ("args", "kind", "order")
    kind: str
    args: tuple[Any, ...]
    order: int

    def __init__(self, kind: str, args: tuple[Any, ...], order: int) -> None:
        self.kind, self.args, self.order = kind, args, order

    def __repr__(self) -> str:
        return f"{self.kind}{self.args}" if self.args else self.kind


class Pool:
    """All formulas of one comparison."""

    true: Node
    false: Node

    def __init__(self) -> None:
        self._made: dict[tuple[Any, ...], Node] = {}
        self.targets: dict[Node, Node] = {}
        """What references inside a cycle stand for."""
        self.values: dict[str, Any] = {}
        """The values of `enum` by their canonical text."""
        self.true, self.false = self.make("true"), self.make("false")

    def make(self, kind: str, *args: Any) -> Node:
        """Return the one formula of this kind with these arguments."""
        key = (kind, *args)
        if key not in self._made:
            self._made[key] = Node(kind, args, len(self._made))
        return self._made[key]

    def negated(self, node: Node) -> Node:
        """Return its opposite."""
        if node.kind == "not":
            return node.args[0]  # type: ignore[no-any-return]
        if node in (self.true, self.false):
            return self.false if node is self.true else self.true
        return self.make("not", node)

    def every(self, nodes: Iterable[Node]) -> Node:
        """Return that all of them hold."""
        return self._joined("and", nodes, neutral=self.true, ruling=self.false)

    def some(self, nodes: Iterable[Node]) -> Node:
        """Return that one of them holds, or several."""
        return self._joined("or", nodes, neutral=self.false, ruling=self.true)

    def cases(self, parts: tuple[Node, ...]) -> Node:
        """Return that exactly one of them holds, as cases."""
        return self.some(
            self.every([part, *(self.negated(other) for place, other in enumerate(parts) if place != number)])
            for number, part in enumerate(parts)
        )

    def types(self, names: Iterable[str]) -> Node:
        """Return that the value has one of these types."""
        found = frozenset(names)
        if len(found) == len(TYPES):
            return self.true
        return self.make("type", found) if found else self.false

    def _joined(self, kind: str, nodes: Iterable[Node], *, neutral: Node, ruling: Node) -> Node:
        parts: dict[Node, None] = {}
        for node in nodes:
            parts |= dict.fromkeys(node.args[0] if node.kind == kind else (node,))
        parts.pop(neutral, None)
        if ruling in parts or any(self.negated(part) in parts for part in parts):
            return ruling
        if len(parts) < 2:
            return next(iter(parts), neutral)
        return self.make(kind, tuple(sorted(parts, key=lambda node: node.order)))

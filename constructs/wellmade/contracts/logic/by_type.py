"""Formulas as far as they concern values of one type."""

from wellmade.contracts.budget import Budget
from wellmade.contracts.logic.node import CONCERNS, Node, Pool

_MARKS = {
    "object": "{",
    "array": "[",
    "string": '"',
    "boolean": "tf",
    "null": "n",
    "number": "-0123456789",
}
"""What the canonical text of a value begins with."""


class ByType:
    """What is left of each formula for each type."""

    def __init__(self, pool: Pool, budget: Budget) -> None:
        self._pool, self._budget = pool, budget
        self._known: dict[tuple[Node, str], Node] = {}

    def of(self, node: Node, kind: str) -> Node:
        """Return what a formula asks of values of a type."""
        key = (node, kind)
        if key not in self._known:
            self._known[key] = self._shrunk(node, kind)
        return self._known[key]

    def _shrunk(self, node: Node, kind: str) -> Node:
        pool = self._pool
        match node.kind:
            case "type":
                return pool.true if kind in node.args[0] else pool.false
            case "enum":
                return self._values_of_type(node, kind)
            case "not":
                return pool.negated(self.of(node.args[0], kind))
            case "and" | "or":
                join = pool.every if node.kind == "and" else pool.some
                return join(self.of(part, kind) for part in node.args[0])
            case "one":
                return pool.make("one", tuple(self.of(part, kind) for part in node.args[0]))
        return node if CONCERNS.get(node.kind, kind) == kind else pool.true

    def _values_of_type(self, node: Node, kind: str) -> Node:
        self._budget.spend(len(node.args[0]) // 8)
        values = frozenset(text for text in node.args[0] if text[0] in _MARKS[kind])
        return self._pool.make("enum", values) if values else self._pool.false

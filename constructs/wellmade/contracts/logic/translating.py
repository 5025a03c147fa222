"""What keywords ask of the translation that they are part of."""

from typing import Any, Protocol

from wellmade.contracts.logic.node import Node, Pool


class Translating(Protocol):
    """One schema on its way to a formula."""

    pool: Pool
    year: int

    def node(self, schema: Any, resolver: Any) -> Node:
        """Return a schema that applies to the same value as a formula."""

    def below(self, schema: Any, resolver: Any) -> Node:
        """Return a schema that applies to a field, an item or a name as a formula."""

    def resolve(self, reference: str, resolver: Any) -> tuple[Any, Any] | None:
        """Return what a reference points at, or None for what is outside the document."""

    def opaque(self, reason: str, schema: Any) -> Node:
        """Return a formula that is true or false of unknown values, the same for an equal schema."""

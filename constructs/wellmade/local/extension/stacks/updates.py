"""Gap: an update forgets attributes that only the creation of a resource gave, and what asks for them fails.

So a stack that deploys in one environment could not be updated to another one.
"""

# ruff: noqa: SLF001 - patches replace private names of the pinned MiniStack; a test asserts that each exists

from typing import Any

from ministack.services.cloudformation import stacks


def apply() -> None:
    """Keep the attributes of what stays the same resource."""
    update = stacks._update_resource

    def update_and_keep(
        kind: str,
        identity: str,
        old: Any,
        new: Any,
        stack: str,
        logical_id: str | None = None,
        attributes: dict[str, Any] | None = None,
    ) -> tuple[str, dict[str, Any]]:
        updated, given = update(kind, identity, old, new, stack, logical_id, attributes)
        # One that is only written down has every attribute already, see `resources.Attributes`.
        kept = {key: value for key, value in (attributes or {}).items() if key not in given}
        return updated, {**kept, **given} if updated == identity and kept else given

    stacks._update_resource = update_and_keep

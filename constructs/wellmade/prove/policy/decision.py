"""The answer, and why."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether a request is allowed, and which statement or which lack of one decided it."""

    allowed: bool
    reason: str
    """Such as `allowed by Handler: statement 2 (Read)`, or `nothing in the permission boundary allows it`."""
    explicit: bool = True
    """False if nothing allowed it; true if a statement said so."""


def nothing(where: str) -> Decision:
    """Return the denial for want of a statement that allows."""
    return Decision(allowed=False, reason=f"nothing in the {where} allows it", explicit=False)

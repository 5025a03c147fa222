"""What one edge needs so that it works: who acts, with which actions, on what, on whose behalf."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from wellmade.check.delivery.deployed import Deployed
from wellmade.graph import Resource


@dataclass(frozen=True, eq=False)
class Need:
    """One permission that an edge takes.

    Args:
        rule: The rule that reports it when it is missing.
        sender: Where the edge begins, as people would name it.
        target: Where it ends, also when the action is on something else, such as a role to pass.
        at: The resource to change.
        path: Where in it the edge is written.
        actor: The role that acts, or the service that acts for itself.
        actions: All of them are needed; `a|b` is one of the two.
        arns: What it acts on; one of them allowed is enough.
        purpose: What the sender does to the target, as a verb: `polls`, `sends failed events to`.
        lost: What happens without it.
        source: The ARN that the service sends as `aws:SourceArn`. Default: none is sent.
        context: Further condition keys that are known. Default: none.
    """

    rule: str
    sender: Resource
    target: Resource
    at: Resource
    path: str
    actor: Resource | str
    actions: tuple[str, ...]
    arns: tuple[str, ...]
    purpose: str
    lost: str
    source: str = ""
    context: tuple[tuple[str, str], ...] = ()
    sources: tuple[str, ...] = ()
    """Further ARNs that the service may send; one of them let in is enough."""
    guard: Resource | None = None
    """Whose resource policy decides. Default: that of the target."""


Sender = Callable[[Deployed, Resource], Iterator[Need]]
"""Yields what the edges need that one resource defines."""

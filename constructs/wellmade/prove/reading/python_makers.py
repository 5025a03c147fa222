"""How Python makes clients and resources of AWS, and what has them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

MAKERS = ("client", "resource", "create_client")
"""Methods of the SDK and of its sessions."""


@dataclass(frozen=True)
class Maker:
    """A client of a service, or a resource of boto3 with what it is named by."""

    service: str
    resource: str | None = None
    """Type of the resource, empty for the service's own; None for a client."""
    identifiers: Mapping[str, Any] = field(default_factory=dict, hash=False)
    is_foreign: bool = False
    """Whether its session is not the function's own: one that was handed over, or that has own keys."""


def makers_in(found: Any) -> list[Maker]:
    """Return the clients and resources of which a value consists: itself, or what a collection holds."""
    inner = found.values() if isinstance(found, dict) else found if isinstance(found, list) else [found]
    return [each for each in inner if isinstance(each, Maker)]


def maker_at(found: Any, key: Any) -> Maker | None:
    """Return the client or the resource that a collection has at a key, or at a place."""
    inside = found.get(key) if isinstance(found, dict) and isinstance(key, str) else None
    if isinstance(found, list) and isinstance(key, int) and -len(found) <= key < len(found):
        inside = found[key]
    return inside if isinstance(inside, Maker) else None

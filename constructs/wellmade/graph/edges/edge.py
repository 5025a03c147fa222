"""How one resource depends on another."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from wellmade.graph.resolve.resource import Resource


class Kind(StrEnum):
    """What flows along an edge, always in the direction of the call or of the data that is passed on."""

    INVOKES_SYNC = "invokes and waits for"
    INVOKES_ASYNC = "invokes without waiting"
    POLLS = "is polled for"
    READS = "reads"
    WRITES = "writes"
    PUBLISHES = "publishes to"
    DEAD_LETTERS = "dead-letters to"
    ROUTES = "routes to"
    ASSUMES = "assumes"
    GUARDS = "guards"


@dataclass(frozen=True, eq=False)
class Edge:
    """One dependency; `via` is the resource that defines it, `detail` what it says about it."""

    source: Resource
    target: Resource
    kind: Kind
    via: Resource
    detail: Mapping[str, Any] = field(default_factory=dict)

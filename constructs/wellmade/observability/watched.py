"""What is watched of one resource."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from wellmade.foundation.alarms import AlarmSpec
from wellmade.foundation.graphs import Graph


@dataclass(frozen=True)
class Watched:
    """The alarms and the graphs of one resource.

    Args:
        specs: Its alarms by name.
        graphs: Its row on a dashboard.
        asked: By the name of an alarm whose line cannot be computed, why: a threshold, or None, is asked for.
    """

    specs: Mapping[str, AlarmSpec]
    graphs: Sequence[Graph]
    asked: Mapping[str, str]

"""Keys fall on message groups and on shards by chance: the fullest one is later than the rest."""

from math import sqrt
from statistics import NormalDist

_NORMAL = NormalDist()


def excess(lanes: float, came: float) -> float:
    """Return by how many messages more a backlog counts for the fullest of its lanes.

    Of `came` messages each lane gets `came / lanes` on average, with the deviation of a Poisson distribution.
    The largest of so many lanes is above the average by Blom's approximation of normal order statistics.
    """
    if lanes <= 1 or came < lanes:
        return 0.0
    return _NORMAL.inv_cdf((lanes - 0.375) / (lanes + 0.25)) * sqrt(came / lanes) * lanes

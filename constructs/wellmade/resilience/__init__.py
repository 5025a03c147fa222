"""What goes on when a region does not."""

from wellmade.kit.option_classes import check_options
from wellmade.resilience.pair_options import RegionEntry, ReplicatedTable
from wellmade.resilience.region_pair import RegionPair

__all__ = ["RegionEntry", "RegionPair", "ReplicatedTable"]

check_options(__name__)

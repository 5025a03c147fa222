"""Orders in two regions: the secondary side."""

from stacks.two_regions import RegionStack


class TwoRegionsSecondaryStack(RegionStack):
    """The other region of `two-regions`, which takes all orders when that one fails, and its share before.

    Nothing of it refers to the primary side, so that either can be deployed, changed and lost by itself.
    """

    side = "secondary"

"""Orders in two regions: the secondary side."""

from constructs import Construct

from stacks.settings import Settings
from stacks.two_regions import RegionStack
from wellmade.resilience.pair_options import Consistency


class TwoRegionsSecondaryStack(RegionStack):
    """The other region of `two-regions`, which takes all orders when that one fails, and its share before.

    Nothing of it refers to the primary side, so that either can be deployed, changed and lost by itself.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        settings: Settings,
        consistency: Consistency = "strong",
        home_regions: bool = False,
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            settings=settings,
            side="secondary",
            consistency=consistency,
            home_regions=home_regions,
        )

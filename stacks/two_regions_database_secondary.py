"""Accounts in two regions: the side that reads, until it is promoted."""

from stacks.two_regions_database import RegionDatabaseStack


class TwoRegionsDatabaseSecondaryStack(RegionDatabaseStack):
    """The other region of `two-regions-database`: it reads, and writes once it is promoted.

    It needs `-c replica-secret=ARN`, which is the output `ReplicaArn` of that stack, and refers to
    nothing else of it. Its outputs `Switchover` and `Failover` are the commands that let it write.
    """

    side = "secondary"

"""The two regions of a pair of stacks, and where each side goes."""

from aws_cdk import Environment

from wellmade.facts.regions import Side

REGIONS: dict[Side, str] = {"primary": "us-east-1", "secondary": "us-west-2"}


def other_region(side: Side) -> str:
    """Return the region of the partner."""
    return REGIONS["primary" if side == "secondary" else "secondary"]


def environment_of(side: Side, pinned: Environment | None = None) -> Environment:
    """Return the environment of a side: an account may be pinned, the region is the pair's.

    Raises:
        ValueError: If another region is pinned than the partner counts on.
    """
    region, given = REGIONS[side], pinned.region if pinned else None
    if given not in (None, region):
        fix = "write another region in REGIONS of stacks/sides.py, which both sides read"
        raise ValueError(f"env: region of the {side} side must be {region}, got {given}; {fix}")
    return Environment(account=pinned.account if pinned else None, region=region)

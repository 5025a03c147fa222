"""Amazon EFS: file systems by what they store."""

from collections.abc import Iterator

from wellmade.capacity.names import short
from wellmade.cost.meter import Charge, NotPriced, flat
from wellmade.cost.usage import Usage
from wellmade.graph import Resource

PAGE = "https://aws.amazon.com/efs/pricing/"
STORED = flat("GB of files", PAGE, "efs_gb_month_standard")


def file_system(resource: Resource, usage: Usage) -> Iterator[Charge | NotPriced]:
    """Yield what a file system stores, all of it in the class Standard."""
    if resource.get("AvailabilityZoneName") is not None:
        yield NotPriced("GB of files in one zone, which cost less")
        return
    if resource.get("LifecyclePolicies") is not None:
        usage.assume(f"{short(resource)}: all of it in the class Standard, and nothing moved to another one")
    yield Charge(STORED, usage.gigabytes(resource))
    mode = resource.get("ThroughputMode", "bursting")
    if mode == "elastic":
        yield NotPriced("GB read and written: nothing tells how many")
    elif mode != "bursting":
        yield NotPriced("throughput that is provisioned, or of a mode that the template does not tell")


PRICED = {"AWS::EFS::FileSystem": file_system}

"""Amazon S3: storage of the class Standard, and requests."""

from collections.abc import Iterator
from math import inf

from wellmade.capacity.names import short
from wellmade.cost.meter import Charge, Meter, NotPriced, flat
from wellmade.cost.usage import Usage
from wellmade.graph import Resource

PAGE = "https://aws.amazon.com/s3/pricing/"
STORED = Meter(
    "GB stored",
    PAGE,
    (
        (50 * 1024, "s3_gb_month_standard_first_50_tb"),
        (500 * 1024, "s3_gb_month_standard_next_450_tb"),
        (inf, "s3_gb_month_standard_over_500_tb"),
    ),
)
BY_OBJECT = {
    "AnalyticsConfigurations": "objects that are analyzed",
    "IntelligentTieringConfigurations": "objects that Intelligent-Tiering watches",
    "InventoryConfigurations": "objects that are listed in an inventory",
    "MetricsConfigurations": "metrics of requests, each of the price of a custom one",
}
"""What a bucket does for each object, by its setting."""
PUTS = flat("writes and lists", PAGE, "s3_1000_put_copy_post_list", per=1000)
GETS = flat("reads", PAGE, "s3_1000_get", per=1000)


def bucket(resource: Resource, usage: Usage) -> Iterator[Charge | NotPriced]:
    """Yield a write and a read of each object that arrives, and what is stored."""
    objects = usage.messages(resource)
    if objects:
        usage.assume(f"{short(resource)}: each object is written once and read once")
    if resource.get("LifecycleConfiguration") is not None or resource.get("IntelligentTieringConfigurations"):
        usage.assume(f"{short(resource)}: all of it in the class Standard, and nothing moved to another one")
    if resource.get("ReplicationConfiguration") is not None:
        yield NotPriced("what is replicated: its transfer, its requests and the second copy")
    for name, counted in BY_OBJECT.items():
        if resource.get(name):
            yield NotPriced(f"{counted}: nothing tells how many")
    yield Charge(PUTS, objects)
    yield Charge(GETS, objects)
    yield Charge(STORED, usage.gigabytes(resource))


PRICED = {"AWS::S3::Bucket": bucket}

"""Amazon S3: storage of the class Standard, and requests."""

from collections.abc import Iterator
from math import inf

from wellmade.capacity.names import short
from wellmade.cost.meter import Charge, Meter, flat
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
PUTS = flat("writes and lists", PAGE, "s3_1000_put_copy_post_list", per=1000)
GETS = flat("reads", PAGE, "s3_1000_get", per=1000)


def bucket(resource: Resource, usage: Usage) -> Iterator[Charge]:
    """Yield a write and a read of each object that arrives, and what is stored."""
    objects = usage.messages(resource)
    if objects:
        usage.assume(f"{short(resource)}: each object is written once and read once")
    yield Charge(PUTS, objects)
    yield Charge(GETS, objects)
    yield Charge(STORED, usage.gigabytes(resource))


PRICED = {"AWS::S3::Bucket": bucket}

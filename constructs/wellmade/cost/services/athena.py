"""Amazon Athena: queries by what they scan."""

from collections.abc import Iterator

from wellmade.cost.meter import Charge, flat
from wellmade.cost.usage import Usage
from wellmade.graph import Resource

PAGE = "https://aws.amazon.com/athena/pricing/"
SCANNED = flat("GB scanned by queries", PAGE, "athena_tb_scanned", per=1024)


def work_group(resource: Resource, usage: Usage) -> Iterator[Charge]:
    """Yield what the queries of a work group scan, where the capacity file says how much."""
    yield Charge(SCANNED, usage.gigabytes(resource, "scanned by queries"))


PRICED = {"AWS::Athena::WorkGroup": work_group}

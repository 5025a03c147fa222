"""Amazon Athena: queries by what they scan."""

from collections.abc import Iterator

from wellmade.cost.meter import NotPriced
from wellmade.cost.usage import Usage
from wellmade.graph import Resource

PAGE = "https://aws.amazon.com/athena/pricing/"


def work_group(_: Resource, __: Usage) -> Iterator[NotPriced]:
    """Say that queries cost, which nothing here counts; the work group itself costs nothing."""
    yield NotPriced("queries by what they scan: nothing tells how many, and the price file has no price")


PRICED = {"AWS::Athena::WorkGroup": work_group}

"""Amazon ECR: images by what they take in a month."""

from collections.abc import Iterator

from wellmade.cost.meter import Charge, flat
from wellmade.cost.usage import Usage
from wellmade.graph import Resource

PAGE = "https://aws.amazon.com/ecr/pricing/"
STORED = flat("GB of images", PAGE, "ecr_gb_month")


def repository(resource: Resource, usage: Usage) -> Iterator[Charge]:
    """Yield what a repository stores."""
    yield Charge(STORED, usage.gigabytes(resource))


PRICED = {"AWS::ECR::Repository": repository}

"""CloudFront distributions: their origins and what these are."""

import re
from collections.abc import Iterator, Mapping

from wellmade.check.buckets import BUCKET
from wellmade.graph import Attribute, Graph, Resource, Text, Value, as_list, as_mapping, attributes, written

DISTRIBUTION = "AWS::CloudFront::Distribution"
_WEBSITE = re.compile(r"\.s3-website[.-]")
_REST = re.compile(r"\.s3[.-](?:.*\.)?(?:amazonaws\.com|\$\{AWS::URLSuffix\})$")


def origins(distribution: Resource) -> Iterator[tuple[int, Mapping[str, Value]]]:
    """Yield the origins with their positions."""
    for position, origin in enumerate(as_list(distribution.get("DistributionConfig.Origins"))):
        yield position, as_mapping(origin)


def behaviours(distribution: Resource) -> Iterator[tuple[str, Mapping[str, Value]]]:
    """Yield the cache behaviours, the default one first, with their paths."""
    default = "DistributionConfig.DefaultCacheBehavior"
    yield default, as_mapping(distribution.get(default))
    others = "DistributionConfig.CacheBehaviors"
    for position, behaviour in enumerate(as_list(distribution.get(others))):
        yield f"{others}.{position}", as_mapping(behaviour)


def is_website(graph: Graph, domain: Value) -> bool:
    """Tell whether a domain name is the website endpoint of a bucket."""
    named = [each for each in attributes(domain) if each.name.startswith("WebsiteURL")]
    return any(graph.target(each, BUCKET) for each in named) or bool(_WEBSITE.search(written(domain)))


def is_bucket(graph: Graph, domain: Value) -> bool:
    """Tell whether a domain name is the REST endpoint of a bucket."""
    if isinstance(domain, Attribute):
        return domain.name.endswith("DomainName") and graph.target(domain, BUCKET) is not None
    return isinstance(domain, str | Text) and bool(_REST.search(written(domain)))

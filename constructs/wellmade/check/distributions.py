"""CloudFront distributions: their origins and what these are."""

import re
from collections.abc import Iterator, Mapping

from wellmade.check.buckets import BUCKET
from wellmade.graph import (
    Attribute,
    Graph,
    Resource,
    Text,
    Unknown,
    Value,
    as_list,
    as_mapping,
    attributes,
    written,
)

DISTRIBUTION = "AWS::CloudFront::Distribution"
_LEGACY = "DistributionConfig.S3Origin"
_WEBSITE = re.compile(r"\.s3-website[.-]")
_REST = re.compile(r"\.s3[.-](?:.*\.)?(?:amazonaws\.com|\$\{AWS::URLSuffix\})$")


def origins(distribution: Resource) -> Iterator[tuple[str, Mapping[str, Value]]]:
    """Yield the origins with their paths; an old template has one in a property of its own."""
    listed = "DistributionConfig.Origins"
    for position, origin in enumerate(as_list(distribution.get(listed))):
        yield f"{listed}.{position}", as_mapping(origin)
    legacy = as_mapping(distribution.get(_LEGACY))
    if legacy:
        _, default = next(behaviours(distribution))
        access = {"OriginAccessIdentity": legacy.get("OriginAccessIdentity")}
        named = {"Id": default.get("TargetOriginId"), "DomainName": legacy.get("DNSName")}
        yield _LEGACY, {**named, "S3OriginConfig": access}


def static_origins(graph: Graph, distribution: Resource) -> set[str]:
    """Return the ids of the origins that are buckets, and of the groups of nothing else."""
    found = {
        written(origin.get("Id"))
        for _, origin in origins(distribution)
        if is_bucket(graph, origin.get("DomainName")) or is_website(graph, origin.get("DomainName"))
    }
    for group in map(as_mapping, as_list(distribution.get("DistributionConfig.OriginGroups.Items"))):
        members = as_list(as_mapping(group.get("Members")).get("Items"))
        if members and all(written(as_mapping(each).get("OriginId")) in found for each in members):
            found.add(written(group.get("Id")))
    return found


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
    """Tell whether a domain name is the REST endpoint of a bucket, or one of a website's of some region."""
    if isinstance(domain, Attribute):
        return domain.name.endswith("DomainName") and graph.target(domain, BUCKET) is not None
    return isinstance(domain, str | Text) and (
        bool(_REST.search(written(domain))) or _is_of_some_region(graph, domain)
    )


def _is_of_some_region(graph: Graph, domain: Value) -> bool:
    """Tell so of `!Join [., [!Ref Site, !FindInMap [Regions, !Ref AWS::Region, Website]]]` and the like."""
    is_unknown = isinstance(domain, Text) and any(isinstance(part, Unknown) for part in domain.parts)
    bucket = graph.target(domain, BUCKET) if is_unknown else None
    return bucket is not None and bucket.get("WebsiteConfiguration") is not None

"""Bucket origins use origin access control."""

from collections.abc import Iterator, Mapping

from wellmade.check.conditional import always_empty
from wellmade.check.distributions import DISTRIBUTION, is_bucket, is_website, origins
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.graph import Graph, Value, as_mapping


def _check(graph: Graph) -> Iterator[Violation]:
    for distribution in graph.of_type(DISTRIBUTION):
        for path, origin in origins(distribution):
            problem = _problem(graph, origin)
            if problem:
                yield Violation(distribution, f"Properties.{path}", problem)


def _problem(graph: Graph, origin: Mapping[str, Value]) -> str | None:
    domain = origin.get("DomainName")
    if is_website(graph, domain):
        return "is the website endpoint of a bucket, which only a public bucket has"
    identity = as_mapping(origin.get("S3OriginConfig")).get("OriginAccessIdentity")
    control = origin.get("OriginAccessControlId")
    if is_bucket(graph, domain) and always_empty(identity) and always_empty(control):
        return "is a bucket without OriginAccessControlId, which must be public to be read"
    return None


RULE = Rule(
    id="edge-public-origin",
    title="Bucket origins use origin access control",
    severity=Severity.WARNING,
    explanation=(
        "The bucket must be open to everybody for this to work, so the firewall, the headers and the cache "
        "can be gone round at its own address; or it is not, and visitors get 403."
    ),
    fix="use the bucket's RegionalDomainName with an AWS::CloudFront::OriginAccessControl",
    source="https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html",
    check=_check,
)

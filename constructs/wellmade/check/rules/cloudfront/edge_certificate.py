"""Distributions take certificates of us-east-1."""

from collections.abc import Iterator

from wellmade.check.distributions import DISTRIBUTION
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.facts.cloudfront import REGION
from wellmade.graph import Graph, text

_CERTIFICATE = "DistributionConfig.ViewerCertificate.AcmCertificateArn"


def _check(graph: Graph) -> Iterator[Violation]:
    for distribution in graph.of_type(DISTRIBUTION):
        parts = (text(distribution.get(_CERTIFICATE)) or "").split(":")
        if len(parts) == 6 and parts[:3] == ["arn", "aws", "acm"] and parts[3] != REGION:
            message = f"is a certificate of {parts[3] or 'no region'}, must be one of {REGION}"
            yield Violation(distribution, f"Properties.{_CERTIFICATE}", message)


RULE = Rule(
    id="edge-certificate",
    title="Distributions take certificates of us-east-1",
    severity=Severity.ERROR,
    explanation=(
        "CloudFront looks for certificates in one region, whatever the stack's own is. The deployment of the "
        "distribution fails with one of another region."
    ),
    fix="request the certificate in us-east-1",
    source="https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cnames-and-https-requirements.html",
    check=_check,
)

"""Distributions may use the keys of the buckets that they serve."""

from wellmade.check.delivery.every import missing
from wellmade.check.rule import Rule, Severity

RULE = Rule(
    id="origin-key",
    title="Distributions may use the keys of the buckets that they serve",
    severity=Severity.ERROR,
    explanation=(
        "CloudFront decrypts objects for itself with origin access control. A key whose policy "
        "does not let it in answers every request with 403."
    ),
    fix="let cloudfront.amazonaws.com use the key, for this distribution only",
    source="https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html",
    check=missing("origin-key"),
)

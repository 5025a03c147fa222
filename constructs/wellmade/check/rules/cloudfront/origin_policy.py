"""Buckets let in the distributions that serve them."""

from wellmade.check.delivery.every import missing
from wellmade.check.rule import Rule, Severity

RULE = Rule(
    id="origin-policy",
    title="Buckets let in the distributions that serve them",
    severity=Severity.ERROR,
    explanation=(
        "Origin access control signs the requests of CloudFront, and the bucket's policy must "
        "still let them in. Until then every object is answered with 403."
    ),
    fix="let cloudfront.amazonaws.com read the bucket, for this distribution only",
    source="https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html",
    check=missing("origin-policy"),
)

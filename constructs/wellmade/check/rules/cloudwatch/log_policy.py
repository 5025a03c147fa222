"""Buckets let in the services that write access logs to them."""

from wellmade.check.delivery.every import missing
from wellmade.check.rule import Rule, Severity

RULE = Rule(
    id="log-policy",
    title="Buckets let in the services that write access logs to them",
    severity=Severity.WARNING,
    explanation=(
        "S3 writes access logs for itself. A bucket whose policy does not let "
        "logging.s3.amazonaws.com in stays empty, and nobody notices until the log is needed."
    ),
    fix="let logging.s3.amazonaws.com in with the bucket's policy",
    source="https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html",
    check=missing("log-policy"),
)

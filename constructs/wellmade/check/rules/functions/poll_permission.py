"""Roles may read what they poll."""

from wellmade.check.delivery.every import missing
from wellmade.check.rule import Rule, Severity

RULE = Rule(
    id="poll-permission",
    title="Roles may read what they poll",
    severity=Severity.ERROR,
    explanation=(
        "Queues and streams are read with the role of the function, the pipe or the delivery "
        "stream. Without these permissions the source is refused, or nothing is ever read."
    ),
    fix="allow the role to read the source",
    source="https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html",
    check=missing("poll-permission"),
)

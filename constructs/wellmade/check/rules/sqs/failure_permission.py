"""Roles may send to their failure destinations and dead-letter queues."""

from wellmade.check.delivery.every import missing
from wellmade.check.rule import Rule, Severity

RULE = Rule(
    id="failure-permission",
    title="Roles may send to their failure destinations and dead-letter queues",
    severity=Severity.ERROR,
    explanation=(
        "What fails is to be kept, and the one who keeps it may not. The failure of the failure "
        "path is seen in a metric that nobody watches, and the event is gone."
    ),
    fix="allow the role to send to the destination",
    source="https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html",
    check=missing("failure-permission"),
)

"""Roles may write the logs and traces that are asked for."""

from wellmade.check.delivery.every import missing
from wellmade.check.rule import Rule, Severity

RULE = Rule(
    id="log-permission",
    title="Roles may write the logs and traces that are asked for",
    severity=Severity.WARNING,
    explanation=(
        "The work is done and nothing of it is seen: no log, no trace. A state machine that may "
        "not deliver its logs cannot even be deployed."
    ),
    fix="allow the role to write there",
    source="https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html",
    check=missing("log-permission"),
)

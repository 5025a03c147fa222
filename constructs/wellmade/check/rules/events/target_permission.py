"""Roles may do what schedules, rules, pipes and APIs use them for."""

from wellmade.check.delivery.every import missing
from wellmade.check.rule import Rule, Severity

RULE = Rule(
    id="target-permission",
    title="Roles may do what schedules, rules, pipes and APIs use them for",
    severity=Severity.ERROR,
    explanation=(
        "The service acts with a role of yours, and the role may not. Every delivery fails, and "
        "the sender tries again until it gives up."
    ),
    fix="allow the role to act on the target",
    source="https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-identity-based.html",
    check=missing("target-permission"),
)

"""Roles of state machines may do what the tasks call."""

from wellmade.check.delivery.every import missing
from wellmade.check.rule import Rule, Severity

RULE = Rule(
    id="workflow-permission",
    title="Roles of state machines may do what the tasks call",
    severity=Severity.ERROR,
    explanation=(
        "A task calls with the role of the state machine. What it may not do fails every "
        "execution at that state, often hours after the start."
    ),
    fix="allow the role to call it",
    source="https://docs.aws.amazon.com/step-functions/latest/dg/service-integration-iam-templates.html",
    check=missing("workflow-permission"),
)

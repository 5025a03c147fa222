"""Whoever starts tasks may pass their roles."""

from wellmade.check.delivery.every import missing
from wellmade.check.rule import Rule, Severity

RULE = Rule(
    id="pass-role",
    title="Whoever starts tasks may pass their roles",
    severity=Severity.ERROR,
    explanation=(
        "ECS asks whether the caller may hand over the task's roles. Without iam:PassRole the "
        "task never starts, and only the error of the call says so."
    ),
    fix="allow iam:PassRole on the roles of the task, for ecs-tasks.amazonaws.com",
    source="https://docs.aws.amazon.com/step-functions/latest/dg/connect-ecs.html",
    check=missing("pass-role"),
)

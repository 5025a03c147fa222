"""Execution roles may fetch the images, secrets and logs of their tasks."""

from wellmade.check.delivery.every import missing
from wellmade.check.rule import Rule, Severity

RULE = Rule(
    id="task-permission",
    title="Execution roles may fetch the images, secrets and logs of their tasks",
    severity=Severity.ERROR,
    explanation=(
        "The agent prepares a task with its execution role. What it may not fetch or write keeps "
        "every task from starting, and the service tries again for hours."
    ),
    fix="allow the execution role to fetch it",
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html",
    check=missing("task-permission"),
)

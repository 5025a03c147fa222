"""Task execution roles hold no application permissions."""

from collections.abc import Iterator

from wellmade.check.role_permissions import application_permissions
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.graph import Graph


def _check(graph: Graph) -> Iterator[Violation]:
    for task in graph.of_type("AWS::ECS::TaskDefinition"):
        role = graph.target(task.get("ExecutionRoleArn"), "AWS::IAM::Role")
        permissions = application_permissions(graph, role) if role else []
        if role and permissions:
            message = f"{role.logical_id} also allows {', '.join(permissions)}"
            yield Violation(task, "Properties.ExecutionRoleArn", message)


RULE = Rule(
    id="execution-role-permissions",
    title="Task execution roles hold no application permissions",
    severity=Severity.WARNING,
    explanation=(
        "The execution role is for ECS, to fetch the image and secrets and to write logs. The program does "
        "not get what it allows, and every task that shares the role is started with rights to data."
    ),
    fix="move the permissions to a role of their own and name it as TaskRoleArn",
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html",
    check=_check,
)

"""Container instance roles hold no application permissions."""

from collections.abc import Iterator

from wellmade.check.role_permissions import application_permissions, managed_policies, may
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.graph import Graph, Resource

_INSTANCES = "ec2.amazonaws.com"
_AGENT = "service-role/AmazonEC2ContainerServiceforEC2Role"


def _check(graph: Graph) -> Iterator[Violation]:
    for role in graph.of_type("AWS::IAM::Role"):
        permissions = application_permissions(graph, role) if _is_of_agent(graph, role) else []
        if permissions:
            message = f"container instances get {', '.join(permissions)}, and so does every task on them"
            yield Violation(role, "Properties", message)


def _is_of_agent(graph: Graph, role: Resource) -> bool:
    """Tell whether a role is for container instances: by its policy, or what instances with it may do."""
    if _AGENT in managed_policies(role):
        return True
    trusted = f"{role.get('AssumeRolePolicyDocument')}"
    is_of_another = "amazonaws.com" in trusted and _INSTANCES not in trusted
    registers = (may(entry.actions, "ecs:RegisterContainerInstance") for entry in graph.statements_of(role))
    return not is_of_another and any(registers)


RULE = Rule(
    id="instance-role-permissions",
    title="Container instance roles hold no application permissions",
    severity=Severity.WARNING,
    explanation=(
        "Every task on an instance can ask the instance's metadata for its role, so one broken container has "
        "the rights of all programs of the cluster."
    ),
    fix="move the permissions to the TaskRoleArn of the tasks that need them",
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/instance_IAM_role.html",
    check=_check,
)

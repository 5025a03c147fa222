"""Container instance roles hold no application permissions."""

from collections.abc import Iterator

from wellmade.check.role_permissions import application_permissions, managed_policies, may
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.graph import Graph, Resource, as_list, as_mapping, is_known, written

_INSTANCES = "ec2."
"""What the name of the service begins with, in every partition."""
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
    registers = (may(entry.actions, "ecs:RegisterContainerInstance") for entry in graph.statements_of(role))
    return not _is_of_others(role) and any(registers)


def _is_of_others(role: Resource) -> bool:
    """Tell whether none of those who are known to take a role is an instance: a pipeline, a person."""
    statements = map(as_mapping, as_list(role.get("AssumeRolePolicyDocument.Statement")))
    principals = [as_mapping(each.get("Principal")) for each in statements]
    takers = [taker for each in principals for named in each.values() for taker in as_list(named)]
    return bool(takers) and all(
        is_known(taker) and not written(taker).startswith(_INSTANCES) for taker in takers
    )


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

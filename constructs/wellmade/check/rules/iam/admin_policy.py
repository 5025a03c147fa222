"""No workload has administrator permissions."""

from collections.abc import Iterator

from wellmade.check.managed_policies import WIDE
from wellmade.check.policies import granted
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.graph import Graph, Resource, as_list, options, written

DEPLOYING = ("cloudformation.amazonaws.com",)
"""Services that create whatever a template says, with the rights that this takes."""


def _check(graph: Graph) -> Iterator[Violation]:
    for role in graph.of_type("AWS::IAM::Role"):
        if role.derived_from is None and _works_for_a_service(graph, role):
            yield from _attached(role, "ManagedPolicyArns")
    for function in graph.of_type("AWS::Serverless::Function", "AWS::Serverless::StateMachine"):
        yield from _attached(function, "Policies")


def _attached(holder: Resource, key: str) -> Iterator[Violation]:
    given = as_list(holder.get(key)) if not _is_conditional(holder, key) else []
    for value in given:
        name = written(value).rpartition("/")[2]
        if name in WIDE:
            yield Violation(
                holder, f"Properties.{key}", f"has {name}, must have only the permissions that it uses"
            )


def _is_conditional(holder: Resource, key: str) -> bool:
    return len(list(options(holder.get(key)))) > 1


def _works_for_a_service(graph: Graph, role: Resource) -> bool:
    mine = granted(graph, role, "AssumeRolePolicyDocument")
    services = [service for trust in mine for service in trust.principals("Service")]
    return any(isinstance(service, str) and service not in DEPLOYING for service in services)


RULE = Rule(
    id="admin-policy",
    title="No workload has administrator permissions",
    severity=Severity.ERROR,
    explanation=(
        "One flaw in the code, or in a library that it uses, hands over the whole account. Deleting backups "
        "and creating users is then a matter of one call."
    ),
    fix="attach a policy with the actions and resources that the code uses",
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html",
    check=_check,
)

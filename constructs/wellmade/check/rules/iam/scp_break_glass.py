"""Service and resource control policies exempt a break-glass role."""

from collections.abc import Iterator

from wellmade.check.rule import Rule, Severity, Violation
from wellmade.facts.organizations import CONTROL_POLICIES, names_who_asks
from wellmade.graph import Graph, Resource, as_list, as_mapping, document, is_known


def _check(graph: Graph) -> Iterator[Violation]:
    for policy in graph.of_type("AWS::Organizations::Policy"):
        if policy.get("Type") in CONTROL_POLICIES:
            yield from _denials(policy)


def _denials(policy: Resource) -> Iterator[Violation]:
    for index, entry in enumerate(as_list(as_mapping(document(policy.get("Content"))).get("Statement"))):
        if isinstance(entry, dict) and entry.get("Effect") == "Deny" and not _spares(entry):
            name = entry.get("Sid") if isinstance(entry.get("Sid"), str) else f"statement {index}"
            path = f"Properties.Content.Statement.{index}.Condition"
            yield Violation(policy, path, f"{name} denies it to everybody, must spare a role for emergencies")


def _spares(entry: dict[str, object]) -> bool:
    """Tell whether a condition or an element restricts who asks, or is unknown."""
    given = entry.get("Condition")
    if not isinstance(given, dict | None) or "NotPrincipal" in entry or not is_known(given):
        return True
    conditions = (given or {}).values()
    if not all(isinstance(condition, dict) for condition in conditions):
        return True
    return any(names_who_asks(condition) for condition in conditions)


RULE = Rule(
    id="scp-break-glass",
    title="Service and resource control policies exempt a break-glass role",
    severity=Severity.WARNING,
    explanation=(
        "A denial binds administrators and root as well, and only the management account can lift it. In an "
        "incident nobody in the account can do what the denial forbids."
    ),
    fix="add the condition ArnNotLike on aws:PrincipalArn with the ARN of a break-glass role",
    source="https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html",
    check=_check,
)

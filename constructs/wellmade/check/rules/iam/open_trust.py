"""Trust policies name who may assume the role."""

from collections.abc import Iterator

from wellmade.check.policies import trusts
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.graph import Graph


def _check(graph: Graph) -> Iterator[Violation]:
    for statement in trusts(graph):
        if statement.is_open:
            yield statement.violation(
                "Principal", "lets every AWS account assume the role, must name who may"
            )


RULE = Rule(
    id="open-trust",
    title="Trust policies name who may assume the role",
    severity=Severity.ERROR,
    explanation=(
        "Anybody with an AWS account can assume the role and do what it may do; the account id and the name "
        "of a role are no secrets. The sessions look like your own in the logs."
    ),
    fix="name the principal, or restrict it with aws:PrincipalOrgID",
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html",
    check=_check,
)

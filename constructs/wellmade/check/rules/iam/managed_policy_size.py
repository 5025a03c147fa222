"""Managed policies fit their quota."""

from collections.abc import Iterator

from wellmade.check.policy_sizes import fewest_characters
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.facts.iam import MANAGED_POLICY_CHARACTERS
from wellmade.graph import Graph, options


def _check(graph: Graph) -> Iterator[Violation]:
    for policy in graph.of_type("AWS::IAM::ManagedPolicy"):
        documents = options(policy.get("PolicyDocument"))
        size = min((fewest_characters(each, counts_spaces=False) for each in documents), default=0)
        if size > MANAGED_POLICY_CHARACTERS:
            message = f"has {size:,} characters, must have at most {MANAGED_POLICY_CHARACTERS:,}"
            yield Violation(policy, "Properties.PolicyDocument", message)


RULE = Rule(
    id="managed-policy-size",
    title="Managed policies fit their quota",
    severity=Severity.ERROR,
    explanation=(
        "IAM refuses the policy and the deployment rolls back. The quota cannot be raised; white space does "
        "not count."
    ),
    fix="split the policy in two, or give each role one of its own",
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html",
    check=_check,
)

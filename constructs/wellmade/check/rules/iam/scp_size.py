"""Service and resource control policies fit their quota."""

from collections.abc import Iterator

from wellmade.check.policy_sizes import fewest_characters
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.facts.organizations import MOST_CHARACTERS
from wellmade.graph import Graph, options, text


def _check(graph: Graph) -> Iterator[Violation]:
    for policy in graph.of_type("AWS::Organizations::Policy"):
        most = MOST_CHARACTERS.get(text(policy.get("Type")) or "")
        if most is not None:
            sizes = [fewest_characters(each, counts_spaces=True) for each in options(policy.get("Content"))]
            size = min(sizes, default=0)
            if size > most:
                message = f"has {size:,} characters, must have at most {most:,}"
                yield Violation(policy, "Properties.Content", message)


RULE = Rule(
    id="scp-size",
    title="Service and resource control policies fit their quota",
    severity=Severity.ERROR,
    explanation=(
        "Organizations refuses the policy and the deployment rolls back. The quota cannot be raised, and an "
        "account that needed the denial stays without it."
    ),
    fix="split the policy in two, or shorten its actions with wildcards",
    source="https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html",
    check=_check,
)

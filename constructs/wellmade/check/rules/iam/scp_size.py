"""Service control policies fit their quota."""

import json
from collections.abc import Iterator

from wellmade.check.rule import Rule, Severity, Violation
from wellmade.graph import Graph, Text, Value, options

MOST_CHARACTERS = 5120


def _check(graph: Graph) -> Iterator[Violation]:
    for policy in graph.of_type("AWS::Organizations::Policy"):
        if policy.get("Type") == "SERVICE_CONTROL_POLICY":
            size = min(map(_least, options(policy.get("Content"))), default=0)
            if size > MOST_CHARACTERS:
                message = f"has {size:,} characters, must have at most {MOST_CHARACTERS:,}"
                yield Violation(policy, "Properties.Content", message)


def _least(content: Value) -> int:
    """Return the fewest characters that the policy can have; what is unknown counts as none."""
    match content:
        case str():
            return len(content)
        case Text(parts):
            return sum(len(part) for part in parts if isinstance(part, str))
        case dict():
            return len(json.dumps(content, separators=(",", ":"), default=lambda _: "", ensure_ascii=False))
    return 0


RULE = Rule(
    id="scp-size",
    title="Service control policies fit their quota",
    severity=Severity.ERROR,
    explanation=(
        "Organizations refuses the policy and the deployment rolls back. The quota cannot be raised, and an "
        "account that needed the denial stays without it."
    ),
    fix="split the policy in two, or shorten its actions with wildcards",
    source="https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html",
    check=_check,
)

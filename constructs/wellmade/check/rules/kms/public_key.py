"""Key policies name who may use the key."""

from collections.abc import Iterator

from wellmade.check.policies import granted
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.graph import Graph


def _check(graph: Graph) -> Iterator[Violation]:
    for resource in graph.of_type("AWS::KMS::Key", "AWS::KMS::ReplicaKey"):
        for statement in granted(graph, resource, "KeyPolicy"):
            if statement.is_open:
                yield statement.violation(
                    "Principal", "allows it to everybody without a condition, must name who may"
                )


RULE = Rule(
    id="public-key",
    title="Key policies name who may use the key",
    severity=Severity.ERROR,
    explanation=(
        "Anybody with an AWS account can use the key, so what it encrypts is open to whoever gets a copy. "
        "With kms:* they can also schedule its deletion, which loses the data for good."
    ),
    fix="name the principal, or add a condition on kms:CallerAccount",
    source="https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html",
    check=_check,
)

"""Key policies name who may use the key."""

from collections.abc import Iterator

from wellmade.check.policies import open_to_everybody
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.graph import Graph


def _check(graph: Graph) -> Iterator[Violation]:
    return open_to_everybody(graph, ("AWS::KMS::Key", "AWS::KMS::ReplicaKey"), "KeyPolicy")


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

"""Targets that have a resource policy are given no role."""

from collections.abc import Iterator

from wellmade.check.conditional import always_empty
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.graph import Graph, Resource, as_list, as_mapping

_BY_POLICY = ("AWS::SQS::Queue", "AWS::SNS::Topic")


def _check(graph: Graph) -> Iterator[Violation]:
    for rule in graph.of_type("AWS::Events::Rule"):
        for index, entry in enumerate(map(as_mapping, as_list(rule.get("Targets")))):
            target = graph.target(entry.get("Arn"), *_BY_POLICY)
            if target and not always_empty(entry.get("RoleArn")) and _is_encrypted(target):
                message = (
                    f"is set, and {target.logical_id} is encrypted: EventBridge cannot deliver with a role"
                )
                yield Violation(rule, f"Properties.Targets.{index}.RoleArn", message)


def _is_encrypted(target: Resource) -> bool:
    return not always_empty(target.get("KmsMasterKeyId"))


RULE = Rule(
    id="target-role",
    title="Targets that have a resource policy are given no role",
    severity=Severity.WARNING,
    explanation=(
        "For queues, topics, functions and log groups EventBridge asks the policy of the target. "
        "A role beside it is not used, or fails the delivery to encrypted queues and topics."
    ),
    fix="remove RoleArn, and let events.amazonaws.com in with the policy of the target",
    source="https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html",
    check=_check,
)

"""Redrive policies can be read, and name a queue and a count."""

from collections.abc import Iterator

from wellmade.check.conditional import branches, never_set
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.graph import Graph, Value, document

_SUBSCRIPTION = "AWS::SNS::Subscription"
_NEEDED = {
    "AWS::SQS::Queue": ("deadLetterTargetArn", "maxReceiveCount"),
    _SUBSCRIPTION: ("deadLetterTargetArn",),
}


def _check(graph: Graph) -> Iterator[Violation]:
    for kind, needed in _NEEDED.items():
        for resource in graph.of_type(kind):
            policies = list(branches(resource.get("RedrivePolicy")))
            wrong = [_wrong(policy, needed) or _counts(kind, policy) for policy in policies]
            if all(wrong):
                yield Violation(resource, "Properties.RedrivePolicy", wrong[0])


def _wrong(policy: Value, needed: tuple[str, ...]) -> str:
    """Return what is surely wrong with a policy; empty where it may be right, or is left out."""
    read = document(policy)
    if isinstance(policy, str) and policy and not isinstance(read, dict):
        return "is text that is no JSON object"
    if isinstance(read, list):
        return "is a list, must be a JSON object"
    if not isinstance(read, dict) or not read or any(key.startswith("Fn::") for key in read):
        return ""
    lacking = [key for key in needed if never_set(read, key)]
    return f"has {', '.join(read)}, must name {' and '.join(lacking)}" if lacking else ""


def _counts(kind: str, policy: Value) -> str:
    """Return what is wrong with a subscription's policy: SNS refuses a count, which only queues have."""
    read = document(policy)
    if kind != _SUBSCRIPTION or not isinstance(read, dict):
        return ""
    counts = all(each is not None for each in branches(read.get("maxReceiveCount")))
    return "has maxReceiveCount, which subscriptions do not take" if counts else ""


RULE = Rule(
    id="redrive-policy",
    title="Redrive policies can be read, and name a queue and a count",
    severity=Severity.ERROR,
    explanation=(
        "The property takes any JSON, and only the service looks into it. It refuses a policy that names no "
        "dead-letter queue or no count, and keys are spelled with a small first letter. SNS takes no count: "
        "it says that the attribute is unknown."
    ),
    fix="write {deadLetterTargetArn: the queue's ARN, maxReceiveCount: 3}, the count on queues only",
    source="https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-sqs-queue.html",
    check=_check,
)

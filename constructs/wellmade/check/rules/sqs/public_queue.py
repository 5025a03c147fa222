"""Queue policies name who may use the queue."""

from collections.abc import Iterator

from wellmade.check.policies import granted
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.graph import Graph


def _check(graph: Graph) -> Iterator[Violation]:
    for resource in graph.of_type("AWS::SQS::QueuePolicy", "AWS::SQS::QueueInlinePolicy"):
        for statement in granted(graph, resource, "PolicyDocument"):
            if statement.is_open:
                yield statement.violation(
                    "Principal", "allows it to everybody without a condition, must name who may"
                )


RULE = Rule(
    id="public-queue",
    title="Queue policies name who may use the queue",
    severity=Severity.ERROR,
    explanation=(
        "Anybody on the internet can send messages that your code takes for its own, or receive and "
        "delete yours. Nothing fails, so it goes unnoticed until the data or the bill is wrong."
    ),
    fix="name the principal, or add a condition on aws:SourceArn or aws:PrincipalOrgID",
    source="https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-security-best-practices.html",
    check=_check,
)

"""Queue policies name who may use the queue."""

from collections.abc import Iterator

from wellmade.check.policies import open_to_everybody
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.graph import Graph


def _check(graph: Graph) -> Iterator[Violation]:
    return open_to_everybody(
        graph, ("AWS::SQS::QueuePolicy", "AWS::SQS::QueueInlinePolicy"), "PolicyDocument"
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

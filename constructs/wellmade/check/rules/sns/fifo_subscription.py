"""FIFO queues subscribe to FIFO topics only."""

from collections.abc import Iterator

from wellmade.check.conditional import is_on, not_on
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.graph import Graph


def _check(graph: Graph) -> Iterator[Violation]:
    for subscription in graph.of_type("AWS::SNS::Subscription"):
        topic = graph.target(subscription.get("TopicArn"), "AWS::SNS::Topic")
        queue = graph.target(subscription.get("Endpoint"), "AWS::SQS::Queue")
        if topic and queue and is_on(queue, "FifoQueue") and not_on(topic, "FifoTopic"):
            message = f"{queue.logical_id} is a FIFO queue, and {topic.logical_id} is a standard topic"
            yield Violation(subscription, "Properties.Endpoint", message)


RULE = Rule(
    id="fifo-subscription",
    title="FIFO queues subscribe to FIFO topics only",
    severity=Severity.ERROR,
    explanation=(
        "A standard topic cannot deliver to a FIFO queue: the subscription is refused. A FIFO "
        "topic delivers to queues of both kinds."
    ),
    fix="make the topic a FIFO topic, or the queue a standard one",
    source="https://docs.aws.amazon.com/sns/latest/dg/fifo-topic-message-delivery.html",
    check=_check,
)

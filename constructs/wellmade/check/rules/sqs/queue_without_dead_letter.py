"""Consumed queues have a dead-letter queue."""

from collections.abc import Iterator

from wellmade.check.conditional import possibly_set
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.graph import Edge, Graph, Kind

QUEUE = "AWS::SQS::Queue"
TASK = "AWS::ECS::TaskDefinition"
RECEIVE = "sqs:receivemessage"


def _check(graph: Graph) -> Iterator[Violation]:
    set_aside = {edge.target for edge in graph.edges(kind=Kind.DEAD_LETTERS)}
    for queue in graph.of_type(QUEUE):
        if queue in set_aside or possibly_set(queue.get("RedrivePolicy")):
            continue
        consumer = next((edge for edge in graph.edges(source=queue) if _polls(edge)), None)
        task = next((edge for edge in graph.edges(kind=Kind.READS, target=queue) if _receives(edge)), None)
        if consumer or task:
            name = consumer.target.logical_id if consumer else task.source.logical_id if task else ""
            message = f"is worked on by {name} and has no RedrivePolicy"
            yield Violation(queue, "Properties.RedrivePolicy", message)


def _polls(edge: Edge) -> bool:
    return edge.kind is Kind.POLLS and edge.via.flag("Enabled", default=True) is not False


def _receives(edge: Edge) -> bool:
    actions = edge.detail.get("actions", ())
    return edge.source.type == TASK and any(action.lower() == RECEIVE for action in actions)


RULE = Rule(
    id="queue-without-dead-letter",
    title="Consumed queues have a dead-letter queue",
    severity=Severity.WARNING,
    explanation=(
        "A message that always fails comes back again and again until its retention ends, taking the "
        "place of good ones. Then it is deleted without notice."
    ),
    fix="add a RedrivePolicy with a dead-letter queue and a maxReceiveCount of 3",
    source=(
        "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html"
    ),
    check=_check,
    leaves_tests=True,
)

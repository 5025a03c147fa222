"""Functions subscribed to a topic have a failure destination."""

from collections.abc import Iterator

from wellmade.check.conditional import possibly_set
from wellmade.check.failures import FUNCTIONS, keeping
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.graph import Graph, Kind, Resource


def _check(graph: Graph) -> Iterator[Violation]:
    kept = keeping(graph)
    for edge in graph.edges(kind=Kind.INVOKES_ASYNC):
        if edge.source.type != "AWS::SNS::Topic" or edge.target.type not in FUNCTIONS:
            continue
        # The edge knows the dead letter once it is read; the property may be there and say nothing known.
        if edge.detail.get("dead_letter") is not None or possibly_set(edge.via.get("RedrivePolicy")):
            continue
        if edge.target not in kept:
            message = f"invokes {edge.target.logical_id} directly, and neither keeps a message that fails"
            inline = edge.via is edge.source
            path = f"Properties.{'Subscription' if inline else 'RedrivePolicy'}"
            yield Violation(edge.via, path, message, _fix(graph, edge.source))


def _fix(graph: Graph, topic: Resource) -> str:
    """Name the queue that is subscribed already; empty if there is none."""
    published = graph.edges(kind=Kind.PUBLISHES, source=topic)
    queue = next((edge.target for edge in published if edge.target.type == "AWS::SQS::Queue"), None)
    other = "or give function and subscription a dead-letter queue"
    return f"let the function poll {queue.logical_id}, which is subscribed already, {other}" if queue else ""


RULE = Rule(
    id="topic-subscription-failure-path",
    title="Functions subscribed to a topic have a failure destination",
    severity=Severity.ERROR,
    explanation=(
        "A topic keeps no messages: once it has handed one over it forgets it. When the function fails three "
        "times the message is dropped for this subscriber, and no other place has it."
    ),
    fix="subscribe a queue that the function polls, or give function and subscription a dead-letter queue",
    source="https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html",
    check=_check,
    leaves_tests=True,
)

"""A function that subscribes to a topic keeps what it fails on."""

from collections.abc import Iterator

from wellmade.check.failures import FUNCTIONS, keeping
from wellmade.check.given import given
from wellmade.check.rule import Hit, Rule, Severity
from wellmade.graph import Graph, Kind


def _check(graph: Graph) -> Iterator[Hit]:
    kept = keeping(graph)
    for edge in graph.edges(kind=Kind.INVOKES_ASYNC):
        if edge.source.type != "AWS::SNS::Topic" or edge.target.type not in FUNCTIONS:
            continue
        # The edge knows the dead letter once it is read; the property may be there and say nothing known.
        if edge.detail.get("dead_letter") is not None or given(edge.via.get("RedrivePolicy")):
            continue
        if edge.target not in kept:
            message = f"invokes {edge.target.logical_id} directly, and neither keeps a message that fails"
            inline = edge.via is edge.source
            yield Hit(edge.via, f"Properties.{'Subscription' if inline else 'RedrivePolicy'}", message)


RULE = Rule(
    id="topic-subscription-failure-path",
    title="A function that subscribes to a topic keeps what it fails on",
    severity=Severity.ERROR,
    explanation=(
        "A topic keeps no messages: once it has handed one over it forgets it. When the function fails three "
        "times the message is dropped for this subscriber, and no other place has it."
    ),
    fix="subscribe a queue that the function polls, or give function and subscription a dead-letter queue",
    source="https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html",
    check=_check,
)

"""Dead-letter queues allow the queues that name them."""

from collections.abc import Iterator, Mapping

from wellmade.check.rule import Rule, Severity, Violation
from wellmade.graph import Graph, Kind, Resource, Value, as_list, as_mapping, document, text


def _check(graph: Graph) -> Iterator[Violation]:
    for edge in graph.edges(Kind.DEAD_LETTERS):
        if edge.source.type == edge.target.type == "AWS::SQS::Queue":
            allowed = as_mapping(document(edge.target.get("RedriveAllowPolicy")))
            why = _refusal(graph, allowed, edge.source)
            if why:
                message = f"{why}, but {edge.source.logical_id} names this queue as its dead-letter queue"
                yield Violation(edge.target, "Properties.RedriveAllowPolicy", message)


def _refusal(graph: Graph, allowed: Mapping[str, Value], source: Resource) -> str:
    permission = text(allowed.get("redrivePermission"))
    if permission == "denyAll":
        return "denies all sources"
    sources = [graph.target(value) for value in as_list(allowed.get("sourceQueueArns"))]
    if permission == "byQueue" and None not in sources and source not in sources:
        return f"allows {', '.join(each.logical_id for each in sources if each) or 'nobody'} only"
    return ""


RULE = Rule(
    id="redrive-allow",
    title="Dead-letter queues allow the queues that name them",
    severity=Severity.ERROR,
    explanation=(
        "A queue may say which sources it takes dead letters from. A source that it does not take "
        "cannot be created with this redrive policy, or moves nothing."
    ),
    fix="name the source in RedriveAllowPolicy, or remove it",
    source="https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html",
    check=_check,
)

"""Dead-letter queues allow the queues that name them."""

from collections.abc import Iterator, Mapping

from wellmade.check.conditional import branches
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.graph import (
    Graph,
    Kind,
    Resource,
    Value,
    as_list,
    as_mapping,
    document,
    is_known,
    text,
    written,
)


def _check(graph: Graph) -> Iterator[Violation]:
    for edge in graph.edges(Kind.DEAD_LETTERS):
        if edge.source.type == edge.target.type == "AWS::SQS::Queue":
            policies = branches(document(edge.target.get("RedriveAllowPolicy")))
            reasons = [_refusal(graph, as_mapping(policy), edge.source) for policy in policies]
            if all(reasons):
                message = (
                    f"{reasons[0]}, but {edge.source.logical_id} names this queue as its dead-letter queue"
                )
                yield Violation(edge.target, "Properties.RedriveAllowPolicy", message)


def _refusal(graph: Graph, allowed: Mapping[str, Value], source: Resource) -> str:
    permission = text(allowed.get("redrivePermission"))
    if permission == "denyAll":
        return "denies all sources"
    values = as_list(allowed.get("sourceQueueArns"))
    if permission == "byQueue" and not any(_may_mean(graph, value, source) for value in values):
        return f"allows {', '.join(_name(graph, value) for value in values) or 'nobody'} only"
    return ""


def _may_mean(graph: Graph, value: Value, source: Resource) -> bool:
    """Tell whether an ARN may be that of a queue: of one that is not in the templates, by its name."""
    target = graph.target(value)
    own, named = text(source.get("QueueName")), written(value).rpartition(":")[2]
    if target or not own or not is_known(value) or "${" in named:
        return target is source or target is None
    return named == own


def _name(graph: Graph, value: Value) -> str:
    target = graph.target(value)
    return target.logical_id if target else written(value).rpartition(":")[2]


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

"""A dead-letter queue has the type that its source can send to."""

from collections.abc import Iterator

from wellmade.check.rule import Rule, Severity, Violation
from wellmade.graph import Edge, Graph, Kind

QUEUE, MAPPING = "AWS::SQS::Queue", "AWS::Lambda::EventSourceMapping"
STANDARD_ONLY = (
    "AWS::Lambda::Function",
    "AWS::Serverless::Function",
    "AWS::Events::Rule",
    "AWS::Scheduler::Schedule",
)


def _check(graph: Graph) -> Iterator[Violation]:
    for edge in graph.edges(kind=Kind.DEAD_LETTERS):
        if edge.target.type != QUEUE:
            continue
        wanted = _must_be_fifo(edge)
        fifo = edge.target.flag("FifoQueue", default=False)
        if wanted is not None and fifo is not None and wanted is not fifo:
            message = f"sends failures to {edge.target.logical_id}, {_name(fifo)}, must be {_name(wanted)}"
            yield Violation(edge.via, "Properties", message)


def _must_be_fifo(edge: Edge) -> bool | None:
    if edge.source.type == QUEUE:
        return edge.source.flag("FifoQueue", default=False)
    return False if edge.source.type in STANDARD_ONLY or edge.via.type == MAPPING else None


def _name(fifo: bool) -> str:  # noqa: FBT001 -- the one thing to name
    return "a FIFO queue" if fifo else "a standard queue"


RULE = Rule(
    id="dead-letter-kind",
    title="A dead-letter queue has the type that its source can send to",
    severity=Severity.ERROR,
    explanation=(
        "The dead-letter queue of a FIFO queue must be FIFO, that of a standard queue standard; "
        "functions, rules and schedules take standard queues only. The deployment fails, or each "
        "failure is dropped."
    ),
    fix="use a dead-letter queue of the same kind as the queue, and a standard one for everything else",
    source=(
        "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html"
    ),
    check=_check,
)

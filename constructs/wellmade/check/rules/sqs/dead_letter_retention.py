"""A dead-letter queue keeps messages for longer than its source queue."""

from collections.abc import Iterator

from wellmade.check.rule import Rule, Severity, Violation
from wellmade.facts.sqs import RETENTION
from wellmade.graph import Graph, Kind

QUEUE = "AWS::SQS::Queue"
DAY = 86_400


def _check(graph: Graph) -> Iterator[Violation]:
    for edge in graph.edges(kind=Kind.DEAD_LETTERS):
        queue, failures = edge.source, edge.target
        # A FIFO queue starts the clock anew when it sets a message aside.
        if {queue.type, failures.type} != {QUEUE} or queue.flag("FifoQueue", default=False) is not False:
            continue
        kept = failures.number("MessageRetentionPeriod", RETENTION)
        before = queue.number("MessageRetentionPeriod", RETENTION)
        if kept is not None and before is not None and kept <= before:
            message = (
                f"keeps messages {kept / DAY:.3g} days from when they were first sent, "
                f"{queue.logical_id} before it {before / DAY:.3g} days already"
            )
            yield Violation(failures, "Properties.MessageRetentionPeriod", message)


RULE = Rule(
    id="dead-letter-retention",
    title="A dead-letter queue keeps messages for longer than its source queue",
    severity=Severity.ERROR,
    explanation=(
        "A message keeps the time at which it was first sent when it moves to the dead-letter queue. "
        "One that waited long in its queue expires in the dead-letter queue before anybody sees it, "
        "and is lost."
    ),
    fix="set MessageRetentionPeriod of the dead-letter queue to 1209600 (14 days), and the queue's to less",
    source=(
        "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/"
        "setting-up-dead-letter-queue-retention.html"
    ),
    check=_check,
    leaves_tests=True,
)

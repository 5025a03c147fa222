"""Numbers lie within what the service takes."""

from collections.abc import Iterator

from wellmade.check.conditional import least
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.facts.limits import BOUNDS, ENDLESS, MOST_STEADY
from wellmade.facts.sqs import FIFO_BATCH_SIZE, UNWINDOWED_BATCH_SIZE
from wellmade.graph import Graph, Resource, as_list

_QUEUE, _MAPPING = "AWS::SQS::Queue", "AWS::Lambda::EventSourceMapping"


def _check(graph: Graph) -> Iterator[Violation]:
    for resource in graph.of_type(*BOUNDS):
        for path, (low, high) in BOUNDS[resource.type].items():
            for place in _places(resource, path):
                yield from _outside(resource, place, low, high)
    for mapping in graph.of_type(_MAPPING):
        yield from _batch_of_queue(graph, mapping)


def _places(resource: Resource, path: str) -> Iterator[str]:
    """Yield the path with each entry of a list in place of the first `*`, and so on."""
    before, star, after = path.partition(".*.")
    if not star:
        yield path
        return
    for index in range(len(as_list(resource.get(before)))):
        yield from _places(resource, f"{before}.{index}.{after}")


def _outside(resource: Resource, path: str, low: float, high: float) -> Iterator[Violation]:
    value = resource.number(path)
    if value is None or low <= value <= high or ENDLESS.get(path) == value:
        return
    allowed = f"between {low:.12g} and {high:.12g}" if high < MOST_STEADY else f"at least {low:.12g}"
    yield Violation(resource, f"Properties.{path}", f"is {value:.12g}, must be {allowed}")


def _batch_of_queue(graph: Graph, mapping: Resource) -> Iterator[Violation]:
    """Yield what Lambda refuses of batches of queues alone."""
    queue = graph.target(mapping.get("EventSourceArn"), _QUEUE)
    size, window = mapping.number("BatchSize"), least(mapping.get("MaximumBatchingWindowInSeconds", 0))
    if not queue or size is None or size <= UNWINDOWED_BATCH_SIZE:
        return
    path = "Properties.BatchSize"
    if queue.flag("FifoQueue"):
        message = f"is {size:.12g}, must be at most {FIFO_BATCH_SIZE[1]} for a FIFO queue"
        yield Violation(mapping, path, message)
    elif window == 0:
        message = f"is {size:.12g}, must be at most {UNWINDOWED_BATCH_SIZE} without a batching window"
        yield Violation(mapping, path, message)


RULE = Rule(
    id="service-limit",
    title="Numbers lie within what the service takes",
    severity=Severity.WARNING,
    explanation=(
        "The service refuses the value, the deployment fails half way and rolls back. CloudFormation "
        "does not look at most of them before it starts."
    ),
    fix="give a number within the bounds",
    source="https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/troubleshooting.html",
    check=_check,
    within=("function-timeout",),
)

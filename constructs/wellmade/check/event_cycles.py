"""Event-driven cycles: each step triggers the next one by itself."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase

from wellmade.check.conditional import possibly_set
from wellmade.check.events import enabled, matches_everything
from wellmade.check.keys import may_be_watched, notifies_of_new_objects, watched, written_keys
from wellmade.graph import Edge, Graph, Kind, Resource

BUCKET = "AWS::S3::Bucket"
TABLES = ("AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable", "AWS::Serverless::SimpleTable")
MACHINES = ("AWS::StepFunctions::StateMachine", "AWS::Serverless::StateMachine")
FIREHOSE = "AWS::KinesisFirehose::DeliveryStream"
_PASSING = (Kind.INVOKES_ASYNC, Kind.INVOKES_SYNC, Kind.POLLS, Kind.PUBLISHES, Kind.WRITES)
_ROUTING = (BUCKET, "AWS::Events::EventBus", "AWS::Kinesis::Stream")
_STORING = (
    BUCKET,
    *TABLES,
    "AWS::SQS::Queue",
    "AWS::SNS::Topic",
    "AWS::Events::EventBus",
    "AWS::Kinesis::Stream",
)
_READ_AND_WRITTEN = (*TABLES, "AWS::Kinesis::Stream")
_DELIVERING = (
    *("sqs:sendmessage", "sns:publish", "events:putevents", "kinesis:putrecord", "kinesis:putrecords"),
    *("firehose:putrecord", "firehose:putrecordbatch", "dynamodb:putitem", "dynamodb:updateitem"),
)


def find_cycles(graph: Graph) -> Iterator[list[Edge]]:
    """Yield the shortest cycles through what stores messages or data; no edge is twice the first of one."""
    after = _pruned(edge for edge in graph.edges() if _passes_on(edge))
    closed: set[Edge] = set()
    for first in [edge for edges in after.values() for edge in edges if edge.source.type in _STORING]:
        cycle = None if first in closed else _cycle_from(graph, first, after)
        if cycle:
            closed.update(cycle)
            yield cycle


def _pruned(edges: Iterable[Edge]) -> dict[Resource, list[Edge]]:
    """Leave out, again and again, what nothing leads to or what leads nowhere: no cycle goes through it."""
    left = list(edges)
    while True:
        sources, targets = {edge.source for edge in left}, {edge.target for edge in left}
        kept = [edge for edge in left if edge.source in targets and edge.target in sources]
        if len(kept) == len(left):
            break
        left = kept
    after: dict[Resource, list[Edge]] = defaultdict(list)
    for edge in left:
        after[edge.source].append(edge)
    return dict(after)


def _cycle_from(graph: Graph, first: Edge, after: dict[Resource, list[Edge]]) -> list[Edge] | None:
    """Search breadth first for a way from an edge back to itself."""
    before: dict[Edge, Edge | None] = {first: None}
    waiting = [first]
    for current in waiting:
        for following in after.get(current.target, ()):
            if following is first and _triggers(graph, current, first):
                return _way(before, current)
            if following not in before and _triggers(graph, current, following):
                before[following] = current
                waiting.append(following)
    return None


def _way(before: dict[Edge, Edge | None], last: Edge) -> list[Edge]:
    way: list[Edge] = []
    step: Edge | None = last
    while step:
        way.append(step)
        step = before[step]
    return way[::-1]


def _passes_on(edge: Edge) -> bool:
    """Tell whether all events surely flow along an edge, none filtered and none asked for."""
    if edge.kind is Kind.ROUTES:
        return edge.source.type in _ROUTING and enabled(edge.target) and _asks_for_all(edge)
    if edge.kind is Kind.POLLS:
        return not possibly_set(edge.via.get("FilterCriteria")) and edge.via.get("Enabled") is not False
    if edge.kind not in _PASSING or possibly_set(edge.detail.get("filter")):
        return False
    if "statements" in edge.detail:
        return edge.source.type not in MACHINES and _surely_writes(edge)
    return edge.kind is not Kind.WRITES or "task" in edge.detail or edge.source.type == FIREHOSE


def _asks_for_all(edge: Edge) -> bool:
    if edge.source.type != "AWS::Events::EventBus":
        return True
    pattern = edge.detail.get("pattern")
    return isinstance(pattern, dict) and matches_everything(pattern)


def _surely_writes(edge: Edge) -> bool:
    """Leave out grants that are more often careless than meant: everything, and writing beside reading.

    A reader of a stream or table is often granted to write there too; a variable that names it shows intent.
    """
    if edge.target.type == BUCKET or edge.kind in (Kind.INVOKES_SYNC, Kind.INVOKES_ASYNC):
        return True
    if edge.target.type in _READ_AND_WRITTEN and not edge.detail.get("variables"):
        return False
    actions = [action.lower() for action in edge.detail.get("actions", ())]
    named = [action for action in actions if not action.endswith(":*") and action != "*"]
    return any(fnmatchcase(one, action) for action in named for one in _DELIVERING)


def _triggers(graph: Graph, first: Edge, second: Edge) -> bool:
    """Tell whether what flows along one edge flows on along the next."""
    if first.target.type in TABLES:
        return first.kind is Kind.WRITES
    if first.target.type != BUCKET:
        return True
    keys = watched(second)
    if first.kind is not Kind.WRITES or keys is None or not notifies_of_new_objects(second):
        return False
    if "statements" not in first.detail:
        return keys == ("", "")
    allowed = written_keys(graph, first.detail["statements"], first.target)
    return any(may_be_watched(pattern, *keys) for pattern in allowed)

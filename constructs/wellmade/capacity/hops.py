"""From edges to channels and links: which messages go where, and how many."""

from collections import Counter
from collections.abc import Container, Iterator
from dataclasses import dataclass
from math import inf

from wellmade.capacity.known_values import APIS, COMPUTE, FUNCTIONS, QUEUE, TASK, KnownValues, sends
from wellmade.capacity.names import short
from wellmade.capacity.system import Channel, Link
from wellmade.facts import kinesis, sqs
from wellmade.facts.dynamodb import STREAM_RETENTION
from wellmade.facts.lambda_ import EVENT_AGE, EVENT_ATTEMPTS
from wellmade.graph import Edge, Kind, Resource, as_list, as_mapping

_HANDS_ON = (Kind.PUBLISHES, Kind.INVOKES_ASYNC, Kind.INVOKES_SYNC)
_NO_MESSAGES = (
    "AWS::CloudWatch::Alarm",
    "AWS::CloudWatch::CompositeAlarm",
    "AWS::CloudFormation::CustomResource",
)


@dataclass(frozen=True)
class Hop:
    """A channel with what the limits need to know of it, or a link."""

    made: Channel | Link
    consumer: Resource | None = None
    source: Resource | None = None
    edge: Edge | None = None
    batch: float = 1.0
    attempts: float = 1.0
    assumed: bool = False
    direct: bool = False


def hops(known: KnownValues, reached: Container[str] | None = None) -> Iterator[Hop]:
    """Yield everything along which messages flow, each pair of resources once.

    Args:
        known: What template and capacity file say.
        reached: Only what starts at these nodes. Default: everything.
    """
    seen: set[tuple[str, str]] = set()
    for edge in known.graph.edges():
        starts = edge.target if edge.kind is Kind.READS else edge.source
        if reached is not None and starts.id not in reached:
            continue
        pair = (edge.source.id, edge.target.id)
        hop = None if pair in seen else _hop(known, edge)
        if hop:
            seen.add(pair)
            yield hop
    for source in known.graph.of_type(*COMPUTE):
        if reached is not None and source.id not in reached:
            continue
        for called, times in known.calls(source).items():
            target = known.graph.resources.get(called)
            if target and times and (source.id, called) not in seen:
                yield _handed(known, source, target, Kind.INVOKES_SYNC, None)


def called_directly(known: KnownValues, function: Resource) -> Hop:
    """Return the channel from callers outside to a function, which wait for it."""
    known.assume(f"{short(function)}: callers wait for it, and what is over the limit is refused")
    channel = _channel(known, f"callers of {function.id}", function, "callers", buffered=False)
    return Hop(channel, function, direct=True)


def _hop(known: KnownValues, edge: Edge) -> Hop | None:
    source, target = edge.source, edge.target
    if source.type in _NO_MESSAGES or source.type.startswith("Custom::"):
        return None
    if edge.kind is Kind.POLLS:
        return _polled(known, edge) if target.type in FUNCTIONS else Hop(Link(source.id, target.id, 1.0))
    if edge.kind is Kind.READS and source.type == TASK and target.type == QUEUE and _receives(edge):
        return _taken(known, edge)
    if edge.kind in _HANDS_ON and source is not target:
        return _handed(known, source, target, edge.kind, edge)
    if edge.kind is Kind.ROUTES and source.type in ("AWS::S3::Bucket", "AWS::Events::EventBus"):
        return Hop(Link(source.id, target.id, 1.0))
    feeds = edge.kind is Kind.WRITES and source.type in COMPUTE and _feeds(known, target)
    return _handed(known, source, target, Kind.PUBLISHES, edge) if feeds else None


def _feeds(known: KnownValues, store: Resource) -> bool:
    """Tell whether writing into a store sets something off."""
    kinds = (Kind.POLLS, Kind.ROUTES, *_HANDS_ON)
    return any(edge.kind in kinds for edge in known.graph.edges(source=store))


def _receives(edge: Edge) -> bool:
    actions = {str(action).lower() for action in edge.detail.get("actions", [])}
    return bool(actions & {"sqs:receivemessage", "sqs:*"})


def _polled(known: KnownValues, edge: Edge) -> Hop:
    source, function, mapping = edge.source, edge.target, edge.via
    queue = source.type == QUEUE
    receives = _receives_at_most(source) if queue else inf
    batch = known.value_or_assume(
        mapping,
        "BatchSize",
        float(sqs.DEFAULT_BATCH_SIZE if queue else kinesis.DEFAULT_BATCH_SIZE),
        "messages",
    )
    window = mapping.number("MaximumBatchingWindowInSeconds", 0.0) or 0.0
    channel = _channel(
        known,
        source.id,
        function,
        short(source),
        share=1 / _competing(known, source) if queue else 1.0,
        batch=batch,
        delay=window,
        receives=receives,
        retention=_retention(known, source),
        alarm=_alarm(known, source, function),
    )
    return Hop(channel, function, source, edge, batch, _attempts(known, function, receives))


def _taken(known: KnownValues, edge: Edge) -> Hop:
    task, queue = edge.source, edge.target
    receives = _receives_at_most(queue)
    channel = _channel(
        known, queue.id, task, short(queue), share=1 / _competing(known, queue), receives=receives,
        retention=_retention(known, queue), alarm=_alarm(known, queue, task),
    )  # fmt: skip
    return Hop(channel, task, queue, edge, attempts=_attempts(known, task, receives))


def _handed(known: KnownValues, source: Resource, target: Resource, kind: Kind, edge: Edge | None) -> Hop:
    gain, assumed = _gain(known, source, target, edge)
    if target.type not in FUNCTIONS:
        return Hop(Link(source.id, target.id, gain), assumed=assumed)
    waits = kind is Kind.INVOKES_SYNC
    retries = 1.0 if waits else float(EVENT_ATTEMPTS)
    channel = _channel(
        known, source.id, target, short(source), share=gain, buffered=not waits, receives=retries,
        retention=inf if waits else EVENT_AGE,
    )  # fmt: skip
    return Hop(channel, target, source, edge, attempts=_attempts(known, target, retries), assumed=assumed)


def _gain(known: KnownValues, source: Resource, target: Resource, edge: Edge | None) -> tuple[float, bool]:
    if source.type in COMPUTE:
        stated = known.calls(source).get(target.id)
        if stated is None:
            known.assume(sends(source, target))
        calls = 1.0 if stated is None else stated
        return calls * known.stated_or_default(source, "items", 1.0), stated is None
    routes = _routes(known, source) if source.type in APIS else 1
    if routes > 1 and edge and not edge.via.type.endswith("Authorizer"):
        known.assume(f"{short(source)}: requests go to its {routes} targets in equal parts")
        return 1 / routes, False
    return 1.0, False


def _routes(known: KnownValues, api: Resource) -> int:
    edges = known.graph.edges(source=api)
    return len({e.target.id for e in edges if e.kind in _HANDS_ON and not e.via.type.endswith("Authorizer")})


def _competing(known: KnownValues, queue: Resource) -> int:
    polled = [edge for edge in known.graph.edges(source=queue) if edge.kind is Kind.POLLS]
    taken = [e for e in known.graph.edges(target=queue) if e.source.type == TASK and _receives(e)]
    count = len(Counter(edge.via.id for edge in (*polled, *taken)))
    if count > 1:
        known.assume(f"{short(queue)}: its {count} consumers take equal parts")
    return max(count, 1)


def _channel(
    known: KnownValues,
    source: str,
    consumer: Resource,
    name: str,
    *,
    share: float = 1.0,
    batch: float = 1.0,
    buffered: bool = True,
    delay: float = 0.0,
    receives: float = 1.0,
    retention: float = inf,
    alarm: float = inf,
) -> Channel:
    fixed, each = known.seconds(consumer)
    failures = known.stated_or_default(consumer, "failures", 0.0)
    return Channel(
        source=source,
        consumer=consumer.id,
        name=f"{name} → {short(consumer)}",
        share=share,
        success=1 - failures**receives if receives < inf else 1.0,
        buffered=buffered,
        delay=delay + fixed + each * batch,
        retention=retention,
        alarm=alarm,
    )


def _attempts(known: KnownValues, consumer: Resource, most: float) -> float:
    """Return how often a message is tried on average: a geometric series that ends at the most attempts."""
    failures = known.stated_or_default(consumer, "failures", 0.0)
    return (1 - (failures**most if most < inf else 0.0)) / (1 - failures)


def _receives_at_most(queue: Resource) -> float:
    return queue.number("RedrivePolicy.maxReceiveCount") or inf


def _retention(known: KnownValues, source: Resource) -> float:
    if source.type == QUEUE:
        return known.value_or_assume(source, "MessageRetentionPeriod", float(sqs.RETENTION), "s")
    if source.type == "AWS::Kinesis::Stream":
        return 3600 * known.value_or_assume(
            source, "RetentionPeriodHours", float(kinesis.RETENTION_HOURS), "h"
        )
    return float(STREAM_RETENTION)


def _alarm(known: KnownValues, source: Resource, function: Resource) -> float:
    """Return the lowest threshold of an alarm on the age of the oldest message, in seconds."""
    stream_age = "GetRecords.IteratorAgeMilliseconds"
    ages = {"ApproximateAgeOfOldestMessage": 1.0, stream_age: 1e-3, "IteratorAge": 1e-3}
    watched = {"IteratorAge": function}
    found = [inf]
    for alarm in known.graph.of_type("AWS::CloudWatch::Alarm"):
        metric = str(alarm.get("MetricName"))
        threshold = alarm.number("Threshold")
        meant = [known.graph.target(as_mapping(one).get("Value")) for one in as_list(alarm.get("Dimensions"))]
        if metric in ages and threshold is not None and watched.get(metric, source) in meant:
            found.append(threshold * ages[metric])
    return min(found)

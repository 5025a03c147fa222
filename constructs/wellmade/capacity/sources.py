"""The inequalities of event sources: how much they take at once, and how much may be in flight."""

from collections.abc import Iterator, Mapping, Sequence
from math import inf

from wellmade.capacity.known_values import BROKER, QUEUE, STREAMS, KnownValues
from wellmade.capacity.names import short
from wellmade.capacity.ramp import Ramp
from wellmade.capacity.runs import Run, at
from wellmade.capacity.system import Change, Limit
from wellmade.capacity.units import AT_ONCE, PER_SECOND
from wellmade.facts import callers, kinesis, sqs
from wellmade.graph import Kind, Resource

_STEP = 6.0
"""Seconds of a step of the pollers' ramp, which AWS states for a minute."""


def sources(known: KnownValues, runs: Sequence[Run]) -> Iterator[Limit]:
    """Yield what the event sources allow, and the messages of a queue that may be in flight."""
    for run in runs:
        source, edge = run.hop.source, run.hop.edge
        if source is None or edge is None or edge.kind is not Kind.POLLS:
            continue
        if not known.flag(edge.via, "Enabled", default=True):
            yield _stopped(edge.via, run)
        elif source.type == BROKER:
            yield _broker(known, source, run)
        elif source.type == QUEUE:
            yield _queue(known, source, edge.via, run)
            yield from _polls(known, source, edge.via, run)
            yield from _groups(known, source, {run.channel.id: run.cost + _blocked(run)})
        else:
            yield _shards(known, source, edge.via, run)
    yield from _in_flight(runs)
    yield from _readers(known, runs)


def _stopped(mapping: Resource, run: Run) -> Limit:
    """What is not enabled takes nothing, and what arrives waits until it is deleted."""
    name, setting = f"event source {run.channel.name}, which is not enabled", f"Enabled of {at(mapping)}"
    advice = f"set {setting} to true"
    return Limit(name, setting, 0.0, PER_SECOND, {run.channel.id: 1.0}, advice=advice)


def _broker(known: KnownValues, broker: Resource, run: Run) -> Limit:
    engine = str(broker.get("EngineType")).upper()
    most = float(callers.BROKER_RUNS.get(engine, min(callers.BROKER_RUNS.values())))
    known.assume(f"{short(broker)}: its source runs {most:g} at once, which AWS raises on request alone")
    name, setting = f"event source {run.channel.name}", f"AWS's quota for the source of {short(broker)}"
    return Limit(name, setting, most, AT_ONCE, {run.channel.id: run.cost})


def _queue(known: KnownValues, queue: Resource, mapping: Resource, run: Run) -> Limit:
    """A source begins with a few runs and takes more while messages wait, up to its maximum."""
    name, claims = f"event source {run.channel.name}", {run.channel.id: run.cost}
    least, most = run.channel.work.pollers or (0.0, inf)
    if mapping.get("ProvisionedPollerConfig") is not None:
        more = sqs.MORE_A_MINUTE_PROVISIONED
        setting, per = f"MaximumPollers of {at(mapping)}", float(sqs.INVOCATIONS_PER_POLLER)
        highest, path = float(sqs.POLLERS[1][1]), "ProvisionedPollerConfig.MaximumPollers"
    else:
        known.value_or_assume(mapping, "ScalingConfig.MaximumConcurrency", float(sqs.SCALES_TO), AT_ONCE)
        more, setting, per = sqs.MORE_A_MINUTE, f"MaximumConcurrency of {at(mapping)}", 1.0
        highest, path = float(sqs.SOURCE_CONCURRENCY[1]), "ScalingConfig.MaximumConcurrency"
    # A FIFO source takes each active group at once; only a standard queue's pollers have to grow.
    ramp = None if queue.flag("FifoQueue") else Ramp(least, _STEP, more * _STEP / 60)
    return Limit(
        name, setting, most, AT_ONCE, claims, per=per, ramp=ramp, most=highest, polls=True,
        change=Change(mapping.id, path),
    )  # fmt: skip


def _polls(known: KnownValues, queue: Resource, mapping: Resource, run: Run) -> Iterator[Limit]:
    """However short runs are, a provisioned poller reads so many times, and so much, a second."""
    if mapping.get("ProvisionedPollerConfig") is None or run.channel.work.pollers is None:
        return
    size = kilobytes_of(known, queue, "messages")
    each = min(float(sqs.POLLER_RECEIVES * sqs.RECEIVED_AT_ONCE), sqs.POLLER_KILOBYTES / size)
    least, most = (runs / sqs.INVOCATIONS_PER_POLLER for runs in run.channel.work.pollers)
    more = sqs.MORE_A_MINUTE_PROVISIONED / sqs.INVOCATIONS_PER_POLLER * each
    name, setting = f"polls of {run.channel.name}", f"MaximumPollers of {at(mapping)}"
    known.assume(f"{short(mapping)}: a poller reads {each:,.4g} messages a second")
    yield Limit(
        name, setting, most * each, PER_SECOND, {run.channel.id: run.attempts}, per=each,
        most=float(sqs.POLLERS[1][1]), change=Change(mapping.id, "ProvisionedPollerConfig.MaximumPollers"),
        ramp=Ramp(least * each, _STEP, more * _STEP / 60),
    )  # fmt: skip


def _blocked(run: Run) -> float:
    """A message that failed holds its group until it is visible again."""
    hidden = run.channel.work.visibility
    return max(0.0, run.attempts - 1) * hidden if hidden < inf else 0.0


def _groups(known: KnownValues, queue: Resource, claims: Mapping[str, float]) -> Iterator[Limit]:
    if not queue.flag("FifoQueue"):
        return
    groups = known.source(queue).groups
    if groups is None:
        known.assume(f"{short(queue)}: groups as many as may run at once (say how many are active)")
    else:
        yield Limit(
            f"message groups of {short(queue)}",
            f"message groups of {at(queue)}",
            groups,
            AT_ONCE,
            claims,
            lanes=groups,
            advice=f"spread the messages of {short(queue)} over more groups",
        )


def _in_flight(runs: Sequence[Run]) -> Iterator[Limit]:
    """A message is in flight while its batch runs, and until its visibility timeout ends when it failed."""
    for run in runs:
        queue, work = run.hop.source, run.channel.work
        if queue is None or queue.type != QUEUE:
            continue
        length = work.fixed + work.each * work.batch
        hidden = work.visibility if work.visibility < inf else 0.0
        held = length * run.attempts + max(0.0, run.attempts - 1) * max(0.0, hidden - length)
        name, setting = f"messages in flight of {run.channel.name}", f"AWS's quota of {short(queue)}"
        advice = f"let the runs of {short(run.consumer)} be shorter, or its messages hidden for less long"
        yield Limit(
            name, setting, sqs.IN_FLIGHT, AT_ONCE + " in flight", {run.channel.id: held}, advice=advice
        )


def _shards(known: KnownValues, stream: Resource, mapping: Resource, run: Run) -> Limit:
    count = shards(known, stream)
    parallel = known.value_or_assume(mapping, "ParallelizationFactor", 1.0, "a shard", least=1.0)
    most, claims = float(kinesis.PARALLELIZATION_FACTOR[1]), {run.channel.id: run.cost}
    name = f"shards x parallelisation of {run.channel.name}"
    more = Limit(
        name, f"ShardCount of {at(stream)}", count * most, AT_ONCE, claims, present=count, per=most,
        change=shard_count(known, stream),
    )  # fmt: skip
    return Limit(
        name,
        f"ParallelizationFactor of {at(mapping)}",
        count * parallel,
        AT_ONCE,
        claims,
        per=count,
        most=most,
        polls=True,
        change=Change(mapping.id, "ParallelizationFactor"),
        instead=more if more.change else None,
        advice="" if more.change else f"give {short(stream)} more shards",
        lanes=count * parallel,
    )


def _readers(known: KnownValues, runs: Sequence[Run]) -> Iterator[Limit]:
    """Readers of a stream share what a shard gives; one with enhanced fan-out has it for itself."""
    shared: dict[str, dict[str, float]] = {}
    streams: dict[str, Resource] = {}
    for run in runs:
        stream, edge = run.hop.source, run.hop.edge
        if stream is None or edge is None or stream.type != "AWS::Kinesis::Stream":
            continue
        size = kilobytes_of(known, stream, "records")
        consumer = known.graph.target(edge.via.get("EventSourceArn"), "AWS::Kinesis::StreamConsumer")
        key = consumer.id if consumer else stream.id
        streams[key] = stream
        shared.setdefault(key, {})[run.channel.id] = size
    for key, claims in shared.items():
        stream = streams[key]
        count = shards(known, stream)
        allowed = count * kinesis.SHARD_READ_KILOBYTES
        setting = f"ShardCount of {at(stream)}, or enhanced fan-out for its readers"
        name = f"reads of {short(known.graph.resources[key])}"
        yield Limit(
            name, setting, allowed, "KB a second", claims, present=count, per=kinesis.SHARD_READ_KILOBYTES,
            change=shard_count(known, stream),
        )  # fmt: skip


def kilobytes_of(known: KnownValues, source: Resource, what: str) -> float:
    """Return how large a message, a record or an item is."""
    stated = known.source(source).kilobytes
    if stated is None:
        known.assume(f"{short(source)}: {what} of 1 KB (say sources.<name>.kilobytes)")
    return 1.0 if stated is None else stated


def shard_count(known: KnownValues, stream: Resource) -> Change | None:
    """Return where the template says how many shards a stream has; None where it does not."""
    has = stream.type == STREAMS[0] and not is_on_demand(stream) and known.source(stream).shards is None
    return Change(stream.id, "ShardCount") if has else None


def is_on_demand(stream: Resource) -> bool:
    """Tell whether a stream has no number of shards of its own."""
    return stream.type == "AWS::Kinesis::Stream" and stream.get("ShardCount") is None


def shards(known: KnownValues, stream: Resource) -> float:
    """Return how many shards a stream has."""
    stated = known.source(stream).shards
    if stated is not None:
        return stated
    if stream.type == "AWS::Kinesis::Stream" and not is_on_demand(stream):
        return known.value_or_assume(stream, "ShardCount", 1.0, "shards", least=1.0)
    count = float(kinesis.ON_DEMAND_SHARDS) if stream.type in STREAMS[:1] else 1.0
    known.assume(f"{short(stream)}: shards {count:g} (the template does not say)")
    return count

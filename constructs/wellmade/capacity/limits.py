"""The inequalities: what each setting of the template, and each quota of the account, allows."""

from collections.abc import Iterator, Mapping, Sequence
from math import floor

from wellmade.capacity.concurrency import account_pool, functions
from wellmade.capacity.downstream import downstream
from wellmade.capacity.hops import Hop
from wellmade.capacity.known_values import APIS, QUEUE, TASK, KnownValues
from wellmade.capacity.names import short
from wellmade.capacity.runs import AT_ONCE, PER_SECOND, Run, at, runs_of
from wellmade.capacity.system import Limit
from wellmade.facts import apigateway, kinesis, sqs
from wellmade.facts.lambda_ import DEFAULT_TIMEOUT
from wellmade.graph import Kind, Resource, as_list, as_mapping


def limits(known: KnownValues, hops: Sequence[Hop]) -> Iterator[Limit]:
    """Yield every inequality, the most specific first: of two that bind together that one is named."""
    runs = runs_of(known, hops)
    for part in (_timeouts, _sources, _throttles, functions, downstream, account_pool):
        yield from part(known, runs)


def _timeouts(known: KnownValues, runs: Sequence[Run]) -> Iterator[Limit]:
    for run in runs:
        function, hop = run.consumer, run.hop
        if function.type == TASK:
            continue
        fixed, each = known.seconds(function)
        timeout = function.number("Timeout", DEFAULT_TIMEOUT)
        if timeout is None or fixed + each * hop.batch <= timeout:
            continue
        name = short(function)
        fits = floor((timeout - fixed) / each) if each else 0
        batch = fits >= 1 and hop.edge is not None
        setting = f"BatchSize of {at(hop.edge.via)}" if batch and hop.edge else f"Timeout of {at(function)}"
        needed = float(fits) if batch else fixed + each * hop.batch
        seconds = fixed + each * hop.batch
        yield Limit(
            f"{name}: one run of {hop.batch:g} messages", setting, timeout, "s",
            constant=seconds, lower=batch, suggestion=needed, present=hop.batch if batch else timeout,
        )  # fmt: skip


def _sources(known: KnownValues, runs: Sequence[Run]) -> Iterator[Limit]:
    for run in runs:
        channel, source, edge = run.channel, run.hop.source, run.hop.edge
        if source is None or edge is None or edge.kind is not Kind.POLLS:
            continue
        claims = {channel.id: run.cost}
        if source.type == QUEUE:
            most = known.value_or_assume(
                edge.via, "ScalingConfig.MaximumConcurrency", float(sqs.SCALES_TO), AT_ONCE
            )
            yield Limit(
                f"event source {channel.name}", f"MaximumConcurrency of {at(edge.via)}", most, AT_ONCE, claims
            )
            yield from _groups(known, source, claims)
        else:
            yield _shards(known, source, edge.via, run)


def _groups(known: KnownValues, queue: Resource, claims: Mapping[str, float]) -> Iterator[Limit]:
    if not queue.flag("FifoQueue"):
        return
    groups = known.source(queue).groups
    if groups is None:
        known.assume(f"{short(queue)}: groups as many as may run at once (say how many are active)")
    else:
        yield Limit(
            f"message groups of {short(queue)}", f"message groups of {at(queue)}", groups, AT_ONCE, claims
        )


def _shards(known: KnownValues, stream: Resource, mapping: Resource, run: Run) -> Limit:
    count = shards(known, stream)
    parallel = known.value_or_assume(mapping, "ParallelizationFactor", 1.0, "a shard")
    most = kinesis.PARALLELIZATION_FACTOR[1]
    return Limit(
        f"shards x parallelisation of {run.channel.name}",
        f"ParallelizationFactor of {at(mapping)}, at most {most}, or else the shards",
        count * parallel,
        AT_ONCE,
        {run.channel.id: run.cost},
        per=count,
    )


def shards(known: KnownValues, stream: Resource) -> float:
    """Return how many shards a stream has."""
    stated = known.source(stream).shards
    if stated is not None:
        return stated
    if stream.type == "AWS::Kinesis::Stream" and stream.get("ShardCount") is not None:
        return known.value_or_assume(stream, "ShardCount", 1.0, "shards")
    count = float(kinesis.ON_DEMAND_SHARDS) if stream.type == "AWS::Kinesis::Stream" else 1.0
    known.assume(f"{short(stream)}: shards {count:g} (the template does not say)")
    return count


def _throttles(known: KnownValues, runs: Sequence[Run]) -> Iterator[Limit]:
    """Limits on messages a second on the way in; of a stream with several consumers one stands for all."""
    first = {run.hop.source.id: run for run in reversed(runs) if run.hop.source}
    for run in reversed(first.values()):
        source, channel = run.hop.source, run.channel
        if source is None:
            continue
        if source.type in APIS:
            together = {one.channel.id: 1.0 for one in runs if one.hop.source is source}
            name, setting, most = "throttle of", "ThrottlingRateLimit of", _throttle(known, source)
        elif source.type == "AWS::Kinesis::Stream":
            known.assume(
                f"{short(source)}: a shard takes {kinesis.SHARD_RECORDS:,} records a second, "
                "of at most 1 KB each"
            )
            together = {channel.id: 1.0}
            name, setting, most = "writes to", "ShardCount of", kinesis.SHARD_RECORDS * shards(known, source)
        elif source.type == QUEUE and source.flag("FifoQueue"):
            most = (
                float(sqs.FIFO_SENDS_HIGH)
                if source.get("FifoThroughputLimit") == "perMessageGroupId"
                else float(sqs.FIFO_SENDS)
            )
            known.assume(f"{short(source)}: takes {most:,.0f} messages a second, each sent alone")
            together = {channel.id: 1 / channel.share}
            name, setting = "writes to", "FifoThroughputLimit of"
        else:
            continue
        per = float(kinesis.SHARD_RECORDS) if source.type == "AWS::Kinesis::Stream" else 1.0
        yield Limit(f"{name} {short(source)}", f"{setting} {at(source)}", most, PER_SECOND, together, per=per)


def _throttle(known: KnownValues, api: Resource) -> float:
    found: list[float] = []
    for stage in known.graph.of_type("AWS::ApiGateway::Stage", "AWS::ApiGatewayV2::Stage"):
        if known.graph.target(stage.get("RestApiId", stage.get("ApiId"))) is api:
            settings = [stage.get("DefaultRouteSettings"), *as_list(stage.get("MethodSettings"))]
            rates = [as_mapping(one).get("ThrottlingRateLimit") for one in settings]
            found += [float(rate) for rate in rates if isinstance(rate, int | float)]
    if not found:
        known.assume(
            f"{short(api)}: throttle {apigateway.ACCOUNT_RATE:,} requests a second (the account's default)"
        )
    return min(found, default=float(apigateway.ACCOUNT_RATE))

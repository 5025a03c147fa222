"""The inequalities of what takes messages in: what is above them is refused."""

from collections.abc import Iterator, Mapping, Sequence

from wellmade.capacity.known_values import APIS, QUEUE, KnownValues
from wellmade.capacity.names import short
from wellmade.capacity.ramp import Ramp
from wellmade.capacity.runs import Run, at
from wellmade.capacity.sources import is_on_demand, kilobytes_of, shard_count, shards
from wellmade.capacity.system import Limit
from wellmade.capacity.units import PER_SECOND
from wellmade.facts import apigateway, eventbridge, kinesis, sqs
from wellmade.graph import Kind, Resource, as_list, as_mapping, number

_HANDS_ON = (Kind.PUBLISHES, Kind.INVOKES_ASYNC, Kind.INVOKES_SYNC)


def entries(known: KnownValues, _: Sequence[Run]) -> Iterator[Limit]:
    """Yield the quotas of APIs, streams, FIFO queues and buses that messages reach."""
    reached = [one for one in known.graph.resources.values() if one.id in known.reached]
    for resource in reached:
        if resource.type in APIS:
            yield from _throttle(known, resource)
        elif resource.type == "AWS::Kinesis::Stream":
            yield from _writes(known, resource)
        elif resource.type == QUEUE and resource.flag("FifoQueue"):
            yield _fifo(known, resource)
    apis = [one for one in reached if one.type in APIS]
    if apis:
        yield _together(
            known, "requests of all APIs of the account", "the account's quota of requests to API Gateway",
            dict.fromkeys((one.id for one in apis), 1.0), apigateway.ACCOUNT_RATE, {},
        )  # fmt: skip
    yield from _events(known, reached)


def _together(
    known: KnownValues,
    name: str,
    setting: str,
    claims: Mapping[str, float],
    otherwise: float,
    by_region: Mapping[str, int],
) -> Limit:
    region = known.workload.account.region
    allowed = float(by_region.get(region, otherwise))
    where = (
        f" in {region}"
        if region
        else ""
        if not by_region
        else " (the least of most regions; say account.region)"
    )
    known.assume(f"{name}: {allowed:,.0f} a second{where}")
    return Limit(name, setting, allowed, PER_SECOND, claims, refuses=True)


def _throttle(known: KnownValues, api: Resource) -> Iterator[Limit]:
    stages = known.graph.of_type("AWS::ApiGateway::Stage", "AWS::ApiGatewayV2::Stage")
    own = [one for one in stages if known.graph.target(one.get("RestApiId", one.get("ApiId"))) is api]
    found: list[float] = []
    for holder in (api, *own):  # an API of SAM says itself what its stage does
        for path in ("DefaultRouteSettings", "RouteSettings", "MethodSettings"):
            value = holder.get(path)
            for one in as_mapping(value).values() if path == "RouteSettings" else as_list(value):
                stated = as_mapping(one).get("ThrottlingRateLimit")
                rate = number(stated)
                if rate is not None:
                    found.append(rate)
                elif stated is not None:
                    known.unknown(holder, f"{path}.ThrottlingRateLimit", stated)
    if len(set(found)) > 1:
        known.assume(f"{short(api)}: the lowest throttle of its routes holds for all of it")
    if found:
        name, setting = f"throttle of {short(api)}", f"ThrottlingRateLimit of {at(api)}"
        yield Limit(name, setting, min(found), PER_SECOND, {api.id: 1.0}, refuses=True)


def _writes(known: KnownValues, stream: Resource) -> Iterator[Limit]:
    size = kilobytes_of(known, stream, "records")
    claims = {stream.id: max(1.0, size / kinesis.SHARD_KILOBYTES * kinesis.SHARD_RECORDS)}
    each = float(kinesis.SHARD_RECORDS)
    if is_on_demand(stream) and known.source(stream).shards is None:
        # It takes twice its last peak at once, and doubles again as it fills.
        start = each * kinesis.ON_DEMAND_SHARDS
        ramp = Ramp(start, kinesis.ON_DEMAND_DOUBLES, factor=2.0, base=2.0)
        most = each * kinesis.ON_DEMAND_MOST_SHARDS
        known.assume(
            f"{short(stream)}: on demand, begins with {start:,.0f} records a second or twice the load "
            f"before the peak, doubles in {kinesis.ON_DEMAND_DOUBLES // 60} minutes"
        )
        yield Limit(
            f"writes to {short(stream)}", f"the quota of {at(stream)}", most, PER_SECOND, claims,
            refuses=True, ramp=ramp,
        )  # fmt: skip
        return
    count = shards(known, stream)
    known.assume(f"{short(stream)}: a shard takes {kinesis.SHARD_RECORDS:,} records and 1 MB a second")
    yield Limit(
        f"writes to {short(stream)}", f"ShardCount of {at(stream)}", each * count, PER_SECOND, claims,
        per=each, refuses=True, change=shard_count(known, stream),
    )  # fmt: skip


def _fifo(known: KnownValues, queue: Resource) -> Limit:
    if queue.get("FifoThroughputLimit") != "perMessageGroupId":
        most = float(sqs.FIFO_SENDS)
    else:
        region = known.workload.account.region
        most = float(sqs.FIFO_SENDS_HIGH_BY_REGION.get(region, sqs.FIFO_SENDS_HIGH))
        if not region:
            known.assume(f"{short(queue)}: the least quota that a region has (say account.region)")
    known.assume(f"{short(queue)}: takes {most:,.0f} messages a second, each sent alone")
    name, setting = f"writes to {short(queue)}", f"AWS's quota of {short(queue)}"
    advice = ""
    if queue.get("FifoThroughputLimit") != "perMessageGroupId":
        setting = f"FifoThroughputLimit of {at(queue)}"
        advice = f"set {setting} to perMessageGroupId, and DeduplicationScope to messageGroup"
    return Limit(name, setting, most, PER_SECOND, {queue.id: 1.0}, refuses=True, advice=advice)


def _events(known: KnownValues, reached: Sequence[Resource]) -> Iterator[Limit]:
    """Putting events and giving them to targets have quotas for all buses of an account together."""
    buses = {one.id: 1.0 for one in reached if one.type == "AWS::Events::EventBus"}
    if buses:
        yield _together(
            known, "events put on all buses of the account", "the account's quota of PutEvents", buses,
            eventbridge.PUT_EVENTS, eventbridge.PUT_EVENTS_BY_REGION,
        )  # fmt: skip
    targets = {
        rule.id: float(count)
        for rule in reached
        if rule.type == "AWS::Events::Rule"
        and (count := len({e.target.id for e in known.graph.edges(source=rule) if e.kind in _HANDS_ON}))
    }
    if targets:
        yield _together(
            known, "targets that EventBridge gives events to",
            "the account's quota of EventBridge invocations",
            targets,
            eventbridge.INVOCATIONS, eventbridge.INVOCATIONS_BY_REGION,
        )  # fmt: skip

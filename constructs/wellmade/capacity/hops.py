"""From edges to channels and links: which messages go where, and how many."""

from collections.abc import Container, Iterator
from dataclasses import dataclass, replace
from math import inf

from wellmade.capacity.alarm import Alarm
from wellmade.capacity.alarms import alarms_on
from wellmade.capacity.attempts import NO_FAILURE, Failing, Fate, fate
from wellmade.capacity.balanced import EQUAL_PARTS, share_of
from wellmade.capacity.channel import Channel, Work
from wellmade.capacity.executions import calls_of
from wellmade.capacity.given_up import destinations, node_of, once_each
from wellmade.capacity.known_values import (
    APIS,
    COMPUTE,
    FUNCTIONS,
    QUEUE,
    STATE_MACHINES,
    TASK,
    KnownValues,
    is_source,
    sends,
)
from wellmade.capacity.names import short
from wellmade.capacity.pollers import Waits, failing_of, waits_for, waits_of, waits_of_event
from wellmade.capacity.system import Link
from wellmade.capacity.takers import alarms_on_ends, part_of, receives, takers
from wellmade.graph import Edge, Kind, Resource

_HANDS_ON = (Kind.PUBLISHES, Kind.INVOKES_ASYNC, Kind.INVOKES_SYNC)


@dataclass(frozen=True)
class Hop:
    """A channel with what the limits need to know of it, or a link."""

    made: Channel | Link
    consumer: Resource | None = None
    source: Resource | None = None
    edge: Edge | None = None
    fate: Fate = NO_FAILURE
    assumed: bool = False
    direct: bool = False


def ends_of(hop: Hop) -> tuple[str, ...]:
    """Return the nodes that get something along a hop."""
    return hop.made.ends if isinstance(hop.made, Channel) else (hop.made.target,)


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
            yield from _with_given_up(known, hop)
    for source in known.graph.of_type(*COMPUTE, *STATE_MACHINES):
        if reached is not None and source.id not in reached:
            continue
        for called, times in known.calls(source).items():
            target = known.graph.resources.get(called)
            if target and times and (source.id, called) not in seen:
                yield from _with_given_up(known, _handed(known, source, target, Kind.INVOKES_SYNC, None))


def _with_given_up(known: KnownValues, hop: Hop) -> Iterator[Hop]:
    """Yield a channel with what gets the messages that it gives up."""
    if not isinstance(hop.made, Channel) or not hop.made.buffered:
        yield hop
        return
    channel = hop.made
    targets = list(once_each(destinations(known.graph, channel, hop.source, hop.edge)))
    if not targets:
        yield hop
        return
    node = node_of(channel)
    yield replace(
        hop, made=replace(channel, given_up_to=node, piled=alarms_on_ends(known, hop.consumer, targets))
    )
    for target in targets:
        if target.type in FUNCTIONS:
            waits = waits_of_event(known, target)
            yield _made(known, node, target, f"given up by {channel.name}", waits)
        else:
            yield Hop(Link(node, target.id, 1.0))


def called_directly(known: KnownValues, function: Resource) -> Hop:
    """Return the channel from callers outside to a function, which wait for it."""
    known.assume(f"{short(function)}: callers wait for it, and what is over the limit is refused")
    return _made(known, f"callers of {function.id}", function, "callers", Waits(), direct=True)


def _hop(known: KnownValues, edge: Edge) -> Hop | None:
    source, target = edge.source, edge.target
    if not is_source(source) or _is_for_failures(known, edge):
        return None
    if edge.kind is Kind.POLLS:
        return _polled(known, edge) if target.type in FUNCTIONS else Hop(Link(source.id, target.id, 1.0))
    if edge.kind is Kind.READS and source.type == TASK and target.type == QUEUE and receives(edge):
        return _taken(known, edge)
    if edge.kind in _HANDS_ON and source is not target:
        return _handed(known, source, target, edge.kind, edge)
    if edge.kind is Kind.ROUTES:
        return _routed(known, source, target)
    feeds = edge.kind is Kind.WRITES and source.type in COMPUTE and _feeds(known, target)
    return _handed(known, source, target, Kind.PUBLISHES, edge) if feeds else None


def _routed(known: KnownValues, source: Resource, target: Resource) -> Hop | None:
    if source.type in ("AWS::S3::Bucket", "AWS::Events::EventBus"):
        return Hop(Link(source.id, target.id, 1.0))
    share = share_of(known, source, target)
    return Hop(Link(source.id, target.id, share)) if share else None


def _is_for_failures(known: KnownValues, edge: Edge) -> bool:
    """Tell whether a function may send to a resource because its failures go there, not its messages."""
    return (
        edge.source.type in FUNCTIONS
        and "actions" in edge.detail
        and any(one.target is edge.target for one in known.graph.edges(Kind.DEAD_LETTERS, source=edge.source))
        and edge.target.id not in known.calls(edge.source)
    )


def _feeds(known: KnownValues, store: Resource) -> bool:
    """Tell whether writing into a store sets something off."""
    kinds = (Kind.POLLS, Kind.ROUTES, *_HANDS_ON)
    return any(edge.kind in kinds for edge in known.graph.edges(source=store))


def _polled(known: KnownValues, edge: Edge) -> Hop | None:
    source, function = edge.source, edge.target
    waits = waits_of(known, edge)
    if not waits.enabled:
        if source.type == QUEUE and takers(known, source):
            known.leave(f"{short(edge.via)}: it is not enabled", "the other consumers take what it would")
            return None
        waits = replace(waits, pollers=None)
    alarms = alarms_on(known, source, function)
    share = part_of(known, source, function) if source.type == QUEUE else 1.0
    return _made(
        known, source.id, function, short(source), waits, source=source, edge=edge, share=share, alarms=alarms
    )


def _taken(known: KnownValues, edge: Edge) -> Hop:
    task, queue = edge.source, edge.target
    return _made(
        known, queue.id, task, short(queue), waits_for(known, queue), source=queue, edge=edge,
        share=part_of(known, queue, task), alarms=alarms_on(known, queue, task),
    )  # fmt: skip


def _handed(known: KnownValues, source: Resource, target: Resource, kind: Kind, edge: Edge | None) -> Hop:
    gain, assumed = _gain(known, source, target, edge)
    if target.type not in FUNCTIONS:
        return Hop(Link(source.id, target.id, gain), assumed=assumed)
    waits = Waits() if kind is Kind.INVOKES_SYNC else waits_of_event(known, target)
    return _made(
        known, source.id, target, short(source), waits, source=source, edge=edge, share=gain, assumed=assumed
    )


def _gain(known: KnownValues, source: Resource, target: Resource, edge: Edge | None) -> tuple[float, bool]:
    if source.type in STATE_MACHINES:
        return calls_of(known, source, target), False
    if source.type in COMPUTE:
        stated = known.calls(source).get(target.id)
        if stated is None:
            known.assume(sends(source, target))
        calls = 1.0 if stated is None else stated
        return calls * known.stated_or_default(source, "items", 1.0), stated is None
    routes = _routes(known, source) if source.type in APIS else 1
    if routes > 1 and edge and not edge.via.type.endswith("Authorizer"):
        known.assume(f"{short(source)}: requests go to its {routes} {EQUAL_PARTS}")
        return 1 / routes, False
    return 1.0, False


def _routes(known: KnownValues, api: Resource) -> int:
    edges = known.graph.edges(source=api)
    return len({e.target.id for e in edges if e.kind in _HANDS_ON and not e.via.type.endswith("Authorizer")})


def _made(
    known: KnownValues,
    source_id: str,
    consumer: Resource,
    name: str,
    waits: Waits,
    *,
    source: Resource | None = None,
    edge: Edge | None = None,
    share: float = 1.0,
    alarms: tuple[Alarm, ...] = (),
    assumed: bool = False,
    direct: bool = False,
) -> Hop:
    fixed, each = known.seconds(consumer)
    failing = failing_of(known, consumer, waits)
    given = fate(failing, waits.batch)
    if given.blocked:
        given = fate(Failing(failing.failures, most=failing.most, ordered=True), waits.batch)
    channel = Channel(
        source=source_id,
        consumer=consumer.id,
        name=f"{name} → {short(consumer)}",
        share=share,
        success=max(0.0, 1 - given.aside) if waits.attempts < inf else 1.0,
        buffered=waits.buffered,
        delay=waits.delay + waits.window + fixed + each * waits.batch,
        retention=waits.retention,
        kept_by=waits.kept_by,
        alarms=alarms,
        work=Work(fixed, each, waits.batch, waits.window, failing, waits.visibility, waits.pollers),
        cost=fixed / waits.batch * given.runs + each * given.work,
        loses=waits.loses,
    )
    return Hop(channel, consumer, source, edge, given, assumed, direct)

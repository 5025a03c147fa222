"""How messages wait for a consumer, and how a source takes them: batches, receives, retries, ages."""

from dataclasses import dataclass, replace
from math import inf

from wellmade.capacity.attempts import Failing
from wellmade.capacity.known_values import BROKER, QUEUE, KnownValues
from wellmade.capacity.names import short
from wellmade.capacity.units import EVENT_AGE_SETTING
from wellmade.facts import kinesis, sqs
from wellmade.facts.dynamodb import STREAM_RETENTION
from wellmade.facts.lambda_ import EVENT_AGE, EVENT_ATTEMPTS
from wellmade.graph import Edge, Resource, Unknown, as_list, as_mapping, document, is_known, number


@dataclass(frozen=True)
class Waits:
    """How messages wait. By default they do not: a caller waits, and is refused."""

    buffered: bool = False
    batch: float = 1.0
    window: float = 0.0
    attempts: float = 1.0
    partial: bool = True
    ordered: bool = False
    bisect: bool = False
    retention: float = inf
    kept_by: str = "retention"
    visibility: float = inf
    pollers: tuple[float, float] | None = None
    enabled: bool = True
    delay: float = 0.0
    """Seconds for which a message is not to be seen after it was sent."""
    loses: bool = False
    """What is given up is gone: nothing takes what failed every time."""


def waits_of(known: KnownValues, edge: Edge) -> Waits:
    """Return how messages wait for a function whose event source polls."""
    source, mapping = edge.source, edge.via
    queue = source.type == QUEUE
    size = float(sqs.DEFAULT_BATCH_SIZE if queue else kinesis.DEFAULT_BATCH_SIZE)
    enabled = known.flag(mapping, "Enabled", default=True)
    found = Waits(
        buffered=True,
        batch=known.value_or_assume(mapping, "BatchSize", size, "messages", least=1.0),
        window=known.number(mapping, "MaximumBatchingWindowInSeconds", 0.0),
        partial=_reports_items(known, mapping),
        enabled=enabled,
    )
    if queue:
        return replace(
            found, attempts=receives_at_most(known, source), retention=retention_of(known, source),
            kept_by="MessageRetentionPeriod", visibility=visibility_of(known, source),
            pollers=pollers_of(known, mapping), delay=known.number(source, "DelaySeconds", 0.0),
        )  # fmt: skip
    if source.type == BROKER:
        # What fails is delivered again by the broker, as often as it is set up to.
        known.leave(f"{short(source)}: its redeliveries", "what fails every time is taken to be tried again")
        return found
    retries = known.number(mapping, "MaximumRetryAttempts", float(kinesis.RETRIES))
    attempts = inf if retries < 0 else retries + 1
    kept, name = _kept(known, source, mapping)
    if attempts == inf:
        poison = known.stated_or_default(edge.target, "poison", 0.0)
        if not poison:
            known.leave(
                f"{short(source)} → {short(edge.target)}: records that fail every time",
                "one blocks its shard until it expires, as retries have no end (say functions.<name>.poison)",
            )
    return replace(
        found, attempts=attempts, ordered=True, retention=kept, kept_by=name,
        bisect=known.flag(mapping, "BisectBatchOnFunctionError", default=False),
        loses=mapping.get("DestinationConfig.OnFailure.Destination") is None,
    )  # fmt: skip


def _reports_items(known: KnownValues, mapping: Resource) -> bool:
    value = mapping.get("FunctionResponseTypes")
    if not is_known(value):
        known.unknown(mapping, "FunctionResponseTypes", value)
    return "ReportBatchItemFailures" in map(str, as_list(value))


def waits_for(known: KnownValues, queue: Resource) -> Waits:
    """Return how messages wait for a program that takes them one by one."""
    return Waits(
        buffered=True, attempts=receives_at_most(known, queue), retention=retention_of(known, queue),
        kept_by="MessageRetentionPeriod", visibility=visibility_of(known, queue),
        delay=known.number(queue, "DelaySeconds", 0.0),
    )  # fmt: skip


def waits_of_event(known: KnownValues, function: Resource) -> Waits:
    """Return how asynchronous events wait for their function."""
    holder, path = _event_settings(known, function)
    caught = (
        function.get("DeadLetterConfig.TargetArn"),
        function.get("DeadLetterQueue.TargetArn"),
        holder.get(f"{path}DestinationConfig.OnFailure.Destination"),
        holder.get(f"{path}DestinationConfig.OnFailure.Type"),
    )
    return Waits(
        buffered=True,
        attempts=1.0 + known.number(holder, f"{path}MaximumRetryAttempts", float(EVENT_ATTEMPTS - 1)),
        retention=known.number(holder, f"{path}MaximumEventAgeInSeconds", float(EVENT_AGE)),
        kept_by=EVENT_AGE_SETTING,
        loses=all(one is None for one in caught),
    )


def failing_of(known: KnownValues, consumer: Resource, waits: Waits) -> Failing:
    """Return what fails of a consumer, and what is done then."""
    return Failing(
        failures=known.stated_or_default(consumer, "failures", 0.0),
        poison=known.stated_or_default(consumer, "poison", 0.0),
        most=waits.attempts,
        partial=waits.partial or waits.batch <= 1,
        ordered=waits.ordered,
        bisect=waits.bisect,
    )


def pollers_of(known: KnownValues, mapping: Resource) -> tuple[float, float]:
    """Return with how many runs at once a queue's source begins, and how many it may ask for."""
    if mapping.get("ProvisionedPollerConfig") is not None:
        least = known.number(mapping, "ProvisionedPollerConfig.MinimumPollers", sqs.LEAST_POLLERS)
        most = known.number(mapping, "ProvisionedPollerConfig.MaximumPollers", max(sqs.MOST_POLLERS, least))
        return least * sqs.INVOCATIONS_PER_POLLER, most * sqs.INVOCATIONS_PER_POLLER
    most = known.number(mapping, "ScalingConfig.MaximumConcurrency", float(sqs.SCALES_TO))
    return min(float(sqs.STARTS_WITH), most), most


def receives_at_most(known: KnownValues, queue: Resource) -> float:
    """Return after how many receives a message moves to the dead-letter queue; a policy may be JSON text."""
    policy = document(queue.get("RedrivePolicy"))
    if policy is None:
        return inf
    count = as_mapping(policy).get("maxReceiveCount")
    found = number(count)
    if found is None:
        known.unknown(
            queue, "RedrivePolicy.maxReceiveCount", policy if isinstance(policy, Unknown) else count
        )
    return found or inf


def visibility_of(known: KnownValues, queue: Resource) -> float:
    """Return for how many seconds a message that was received is hidden."""
    return max(1.0, known.number(queue, "VisibilityTimeout", float(sqs.DEFAULT_VISIBILITY)))


def _event_settings(known: KnownValues, function: Resource) -> tuple[Resource, str]:
    """Return what holds the settings of asynchronous calls, and the path to them in it."""
    for config in known.graph.of_type("AWS::Lambda::EventInvokeConfig"):
        if known.graph.function(config.get("FunctionName")) is function:
            return config, ""
    return function, "EventInvokeConfig."


def _kept(known: KnownValues, source: Resource, mapping: Resource) -> tuple[float, str]:
    """A record is given up when it is too old for the mapping, or gone from the stream."""
    kept = retention_of(known, source)
    most = known.number(mapping, "MaximumRecordAgeInSeconds", -1.0)
    if 0 < most < kept:
        return most, "MaximumRecordAgeInSeconds"
    return kept, "RetentionPeriodHours"


def retention_of(known: KnownValues, source: Resource) -> float:
    """Return for how many seconds a queue or a stream keeps a message."""
    if source.type == QUEUE:
        return known.value_or_assume(source, "MessageRetentionPeriod", float(sqs.RETENTION), "s")
    if source.type == "AWS::Kinesis::Stream":
        hours = float(kinesis.RETENTION_HOURS)
        return 3600 * known.value_or_assume(source, "RetentionPeriodHours", hours, "h")
    return float(STREAM_RETENTION)

"""How messages wait for a consumer, and how a source takes them: batches, receives, retries, ages."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf
from typing import Any

from wellmade.capacity.attempts import Failing
from wellmade.capacity.known_values import QUEUE, KnownValues
from wellmade.capacity.names import short
from wellmade.capacity.units import EVENT_AGE_SETTING
from wellmade.facts import kinesis, sqs
from wellmade.facts.dynamodb import STREAM_RETENTION
from wellmade.facts.lambda_ import EVENT_AGE, EVENT_ATTEMPTS
from wellmade.graph import Edge, Resource, as_list, as_mapping, number


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


def waits_of(known: KnownValues, edge: Edge) -> Waits:
    """Return how messages wait for a function whose event source polls."""
    source, mapping = edge.source, edge.via
    queue = source.type == QUEUE
    size = float(sqs.DEFAULT_BATCH_SIZE if queue else kinesis.DEFAULT_BATCH_SIZE)
    batch = known.value_or_assume(mapping, "BatchSize", size, "messages", least=1.0)
    window = mapping.number("MaximumBatchingWindowInSeconds", 0.0) or 0.0
    partial = "ReportBatchItemFailures" in map(str, as_list(mapping.get("FunctionResponseTypes")))
    if queue:
        kept, name = _retention(known, source), "MessageRetentionPeriod"
        return Waits(
            buffered=True, batch=batch, window=window, attempts=receives_at_most(source), partial=partial,
            retention=kept, kept_by=name, visibility=_visibility(source), pollers=pollers_of(mapping),
        )  # fmt: skip
    retries = mapping.number("MaximumRetryAttempts", float(kinesis.RETRIES))
    attempts = inf if retries is None or retries < 0 else retries + 1
    kept, name = _kept(known, source, mapping)
    bisect = bool(mapping.flag("BisectBatchOnFunctionError"))
    if attempts == inf:
        poison = known.stated_or_default(edge.target, "poison", 0.0)
        if not poison:
            known.leave(
                f"{short(source)} → {short(edge.target)}: records that fail every time",
                "one blocks its shard until it expires, as retries have no end (say functions.<name>.poison)",
            )
    return Waits(
        buffered=True, batch=batch, window=window, attempts=attempts, partial=partial,
        ordered=True, bisect=bisect, retention=kept, kept_by=name,
    )  # fmt: skip


def waits_for(known: KnownValues, queue: Resource) -> Waits:
    """Return how messages wait for a program that takes them one by one."""
    return Waits(
        buffered=True, attempts=receives_at_most(queue), retention=_retention(known, queue),
        kept_by="MessageRetentionPeriod", visibility=_visibility(queue),
    )  # fmt: skip


def waits_of_event(known: KnownValues, function: Resource) -> Waits:
    """Return how asynchronous events wait for their function."""
    settings = _event_settings(known, function)
    retries, most = (
        number(settings.get(key)) for key in ("MaximumRetryAttempts", "MaximumEventAgeInSeconds")
    )
    return Waits(
        buffered=True,
        attempts=float(EVENT_ATTEMPTS) if retries is None else 1.0 + retries,
        retention=float(EVENT_AGE) if most is None else most,
        kept_by=EVENT_AGE_SETTING,
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


def pollers_of(mapping: Resource) -> tuple[float, float]:
    """Return with how many runs at once a queue's source begins, and how many it may ask for."""
    provisioned = as_mapping(mapping.get("ProvisionedPollerConfig"))
    if provisioned:
        least = mapping.number("ProvisionedPollerConfig.MinimumPollers") or sqs.LEAST_POLLERS
        most = mapping.number("ProvisionedPollerConfig.MaximumPollers") or max(sqs.MOST_POLLERS, least)
        return least * sqs.INVOCATIONS_PER_POLLER, most * sqs.INVOCATIONS_PER_POLLER
    most = mapping.number("ScalingConfig.MaximumConcurrency") or float(sqs.SCALES_TO)
    return min(float(sqs.STARTS_WITH), most), most


def receives_at_most(queue: Resource) -> float:
    """Return after how many receives a message moves to the dead-letter queue."""
    return queue.number("RedrivePolicy.maxReceiveCount") or inf


def _visibility(queue: Resource) -> float:
    found = queue.number("VisibilityTimeout", float(sqs.DEFAULT_VISIBILITY))
    return float(sqs.DEFAULT_VISIBILITY) if found is None else max(found, 1.0)


def _event_settings(known: KnownValues, function: Resource) -> Mapping[str, Any]:
    for config in known.graph.of_type("AWS::Lambda::EventInvokeConfig"):
        if known.graph.function(config.get("FunctionName")) is function:
            return config.properties
    return as_mapping(function.get("EventInvokeConfig"))


def _kept(known: KnownValues, source: Resource, mapping: Resource) -> tuple[float, str]:
    """A record is given up when it is too old for the mapping, or gone from the stream."""
    kept = _retention(known, source)
    most = mapping.number("MaximumRecordAgeInSeconds")
    if most is not None and 0 < most < kept:
        return most, "MaximumRecordAgeInSeconds"
    return kept, "RetentionPeriodHours"


def _retention(known: KnownValues, source: Resource) -> float:
    if source.type == QUEUE:
        return known.value_or_assume(source, "MessageRetentionPeriod", float(sqs.RETENTION), "s")
    if source.type == "AWS::Kinesis::Stream":
        hours = float(kinesis.RETENTION_HOURS)
        return 3600 * known.value_or_assume(source, "RetentionPeriodHours", hours, "h")
    return float(STREAM_RETENTION)

"""An event source that reads a stream: how records are handed over, and what becomes of those that fail."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from aws_cdk import Duration
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from wellmade.facts.kinesis import (
    BATCH_SIZE,
    BATCHING_WINDOW,
    MOST_FILTERS,
    PARALLELIZATION_FACTOR,
    RECORD_AGE,
)
from wellmade.foundation.filters import refuse_wrong_filters
from wellmade.foundation.function_option import Handling
from wellmade.kit.lookups import default_child, seconds
from wellmade.kit.refusals import refusal, require_between

RETRIES = 3
"""Of a batch that fails; then it is cut in two."""
StartingPosition = lambda_.StartingPosition | datetime
"""The oldest record, the next one, or the first since a moment."""


@dataclass(frozen=True)
class StreamReading:
    """How records of a stream are handed to a function."""

    batch_size: int
    window: Duration
    filters: Sequence[Mapping[str, Any]]
    parallelization_factor: int
    max_record_age: Duration
    starting_position: StartingPosition


def read_stream(
    scope: Construct,
    source_arn: str,
    handling: Handling,
    reading: StreamReading,
    on_failure_queue: sqs.IQueue,
    policy: iam.Policy | None,
) -> lambda_.EventSourceMapping:
    """Let a function take batches from a stream; one that fails is cut in two until the bad record is alone.

    Args:
        scope: The pattern, in which the source is defined.
        source_arn: Of the stream, or of its enhanced fan-out consumer.
        handling: What processes records; its handler returns `batchItemFailures`.
        reading: How they are handed over.
        on_failure_queue: Where the places of failed records go.
        policy: What the source must wait for, where the function is defined elsewhere.
    """
    position = reading.starting_position
    at = position.timestamp() if isinstance(position, datetime) else None
    mapping = lambda_.EventSourceMapping(
        scope,
        "Source",
        target=handling.invocable,
        event_source_arn=source_arn,
        starting_position=lambda_.StartingPosition.AT_TIMESTAMP
        if isinstance(position, datetime)
        else position,
        starting_position_timestamp=at,
        batch_size=reading.batch_size,
        max_batching_window=reading.window,
        parallelization_factor=reading.parallelization_factor,
        retry_attempts=RETRIES,
        max_record_age=reading.max_record_age,
        bisect_batch_on_error=True,
        report_batch_item_failures=True,
        filters=[dict(lambda_.FilterCriteria.filter(dict(each))) for each in reading.filters] or None,
    )
    # Set on the resource: the class would grant it to the function in the function's stack.
    source_of(mapping).destination_config = lambda_.CfnEventSourceMapping.DestinationConfigProperty(
        on_failure=lambda_.CfnEventSourceMapping.OnFailureProperty(destination=on_failure_queue.queue_arn)
    )
    if policy:
        mapping.node.add_dependency(policy)
    return mapping


def source_of(mapping: lambda_.EventSourceMapping) -> lambda_.CfnEventSourceMapping:
    """Return a source's resource in the template."""
    return cast(lambda_.CfnEventSourceMapping, default_child(mapping))


def refuse_wrong_reading(
    scope: Construct, reading: StreamReading, retention: float | None, keys: Collection[str]
) -> None:
    """Raise where a number is out of bounds, or the stream forgets before records are given up.

    Args:
        scope: The pattern.
        reading: What the user wants.
        retention: Seconds that the stream keeps records; None where it is not known.
        keys: What filters may compare.

    Raises:
        RefusedError: With what would do.
    """
    window = seconds(reading.window)
    require_between(
        scope, "batch_size", reading.batch_size, *BATCH_SIZE, "100 suit most work", rule="service-limit"
    )
    require_between(
        scope,
        "max_batching_window",
        window,
        *BATCHING_WINDOW,
        "1 second suits most work",
        rule="service-limit",
    )
    factor = reading.parallelization_factor
    require_between(
        scope,
        "parallelization_factor",
        factor,
        *PARALLELIZATION_FACTOR,
        "1 keeps up with most streams",
        rule="service-limit",
    )
    require_between(scope, "filters", len(reading.filters), 0, MOST_FILTERS, "write several values into one")
    refuse_wrong_filters(scope, reading.filters, keys)
    age = seconds(reading.max_record_age)
    require_between(
        scope,
        "max_record_age in seconds",
        age,
        *RECORD_AGE,
        "24 hours outlast an outage",
        rule="service-limit",
    )
    if retention is not None and age > retention:
        fix = "raise the stream's retention, or lower the age: a record that expires first is lost"
        allowed = f"at most the stream's retention of {retention:.12g} s"
        raise refusal(scope, "max_record_age", allowed, reading.max_record_age, fix, rule="stream-retention")

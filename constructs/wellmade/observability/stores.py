"""What is watched of queues, tables and streams."""

from typing import cast

from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_kinesis as kinesis
from aws_cdk import aws_sqs as sqs

from wellmade.facts.kinesis import RETENTION_HOURS
from wellmade.foundation.alarms import AlarmSpec
from wellmade.foundation.durable_queue import queue_specs
from wellmade.foundation.graphs import Graph
from wellmade.foundation.monitor import graphs_of_queue, graphs_of_table
from wellmade.foundation.queue_rules import longest_work
from wellmade.foundation.stream_alarms import throttle_specs
from wellmade.foundation.table_alarms import table_specs
from wellmade.kit.lookups import default_child, is_unresolved
from wellmade.observability.watched import Watched

AGE = "GetRecords.IteratorAgeMilliseconds"
FALLS_BEHIND = (
    "A consumer falls behind: a quarter of the time is over that the stream keeps records. See by the "
    "consumers' own iterator age which one it is, then its errors and its duration."
)


def watched_queue(queue: sqs.IQueue) -> Watched:
    """Return what is watched of a queue, and of the dead-letter queue that it is known to have."""
    given = getattr(queue, "dead_letter_queue", None)
    dead_letters = given.queue if given else None
    longest = longest_work(queue)
    specs = queue_specs(queue, dead_letters, longest)
    reason = "how long all receives of a message take cannot be read"
    return Watched(specs, graphs_of_queue(queue), {} if longest is not None else {"oldest_message": reason})


def watched_table(table: dynamodb.ITable) -> Watched:
    """Return what is watched of a table."""
    return Watched(table_specs(table.table_name), graphs_of_table(table), {})


def watched_stream(stream: kinesis.IStream) -> Watched:
    """Return what is watched of a stream."""
    resource = cast("kinesis.CfnStream | None", default_child(stream))
    kept = resource.retention_period_hours if resource else None
    # One whose retention cannot be read keeps records for a day at least.
    hours = RETENTION_HOURS if kept is None or is_unresolved(kept) else kept
    dimensions = {"StreamName": stream.stream_name}
    age = AlarmSpec(
        "IteratorAge",
        AGE,
        "AWS/Kinesis",
        dimensions,
        hours * 3_600_000 / 4,
        FALLS_BEHIND,
        in_milliseconds=True,
    )
    graphs = [
        Graph("records", [stream.metric_incoming_records(), stream.metric_get_records()]),
        Graph(
            "throttles",
            [
                stream.metric_write_provisioned_throughput_exceeded(),
                stream.metric_read_provisioned_throughput_exceeded(),
            ],
        ),
        Graph("oldest record read", [stream.metric_get_records_iterator_age_milliseconds()]),
    ]
    return Watched({**throttle_specs(stream.stream_name), "iterator_age": age}, graphs, {})

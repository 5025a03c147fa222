"""What hands the work over costs by messages, their size and their readers."""

from collections.abc import Callable, Mapping
from math import ceil

from wellmade.advise.fields import Value
from wellmade.advise.taken import Taken
from wellmade.advise.workload import Workload
from wellmade.cost.meter import Meter
from wellmade.cost.services import dynamodb, events, kinesis, sns, sqs
from wellmade.facts.prices import HOURS_A_MONTH, KILOBYTES_A_GIGABYTE, SECONDS_A_MONTH
from wellmade.facts.sqs import DEFAULT_BATCH_SIZE

_REQUESTS = 1 + 2 / DEFAULT_BATCH_SIZE
"""Of a queue for a message: sent alone, received and deleted ten at a time."""
_NOTIFICATION_KILOBYTES = 1.0
"""Of the message that S3 sends about a file."""


def _chunks(workload: Workload) -> int:
    return max(1, ceil(_kilobytes(workload) / sqs.CHUNK_KILOBYTES))


def _kilobytes(workload: Workload) -> float:
    about_files = workload.answers["starts_with"] == "files"
    return _NOTIFICATION_KILOBYTES if about_files else workload.number("size")


def _messages(workload: Workload) -> float:
    return workload.number("rate") * SECONDS_A_MONTH


def _queue(meter: Meter) -> Callable[[Workload, Mapping[str, Value]], Taken]:
    def taken(workload: Workload, _: Mapping[str, Value]) -> Taken:
        yield meter, _messages(workload) * _REQUESTS * _chunks(workload)

    return taken


def _queues(workload: Workload) -> Taken:
    """Yield the queue of each reader; what delivers into it has sent already."""
    yield sqs.STANDARD, workload.number("consumers") * _messages(workload) * _REQUESTS * _chunks(workload)


def _topic(workload: Workload, _: Mapping[str, Value]) -> Taken:
    yield sns.PUBLISHES, _messages(workload) * _chunks(workload)
    yield from _queues(workload)


def _bus(workload: Workload, _: Mapping[str, Value]) -> Taken:
    yield events.EVENTS, _messages(workload) * _chunks(workload)
    yield from _queues(workload)
    if workload.answers["replay"]:
        yield events.ARCHIVED, _gigabytes(workload)


def _stream(workload: Workload, _: Mapping[str, Value]) -> Taken:
    yield kinesis.STREAM_HOURS, HOURS_A_MONTH
    if workload.answers["starts_with"] == "table_changes":
        yield dynamodb.CAPTURED, _messages(workload) * max(1, ceil(_kilobytes(workload)))
    yield kinesis.BYTES_IN, _gigabytes(workload)
    yield kinesis.BYTES_OUT, workload.number("consumers") * _gigabytes(workload)


def _gigabytes(workload: Workload) -> float:
    return _messages(workload) * _kilobytes(workload) / KILOBYTES_A_GIGABYTE


def _table_stream(_: Workload, __: Mapping[str, Value]) -> Taken:
    """Yield nothing: what a function reads from the stream of a table is free.

    Source: https://aws.amazon.com/dynamodb/pricing/on-demand/
    """
    return ()


def _scheduler(workload: Workload, _: Mapping[str, Value]) -> Taken:
    yield events.SCHEDULED, _messages(workload)


COSTS = {
    "queue": _queue(sqs.STANDARD),
    "fifo": _queue(sqs.FIFO),
    "topic": _topic,
    "bus": _bus,
    "stream": _stream,
    "table_stream": _table_stream,
    "scheduler": _scheduler,
}

"""Process the messages or records of a batch: side by side, or in the order of their groups or keys."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor, wait
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.batch import (
    BasePartialBatchProcessor,
    BatchProcessor,
    EventType,
    ExceptionInfo,
    FailureResponse,
    SqsFifoPartialProcessor,
)
from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import DynamoDBRecord
from aws_lambda_powertools.utilities.data_classes.kinesis_stream_event import KinesisStreamRecord


@cache
def _pool(workers: int) -> ThreadPoolExecutor:
    """Return threads that stay between batches: starting them takes a third of a batch's processor time."""
    return ThreadPoolExecutor(workers)


def side_by_side(work: Callable[[Any], Any], given: Iterable[Any], workers: int) -> list[Any]:
    """Return what work makes of each, in their order, a few at once.

    An error ends it, once what was begun has ended: nothing of a batch goes on after its invocation.
    """
    begun = [_pool(workers).submit(work, each) for each in given]
    try:
        return [each.result() for each in begun]
    finally:
        for each in begun:
            each.cancel()
        wait(begun)


class _LogsFailures(BasePartialBatchProcessor):
    """Writes the message id beside each failure: it finds the log line of a dead-lettered message."""

    _logger: Logger

    def failure_handler(self, record: Any, exception: ExceptionInfo) -> FailureResponse:
        """Log, unless the record was only skipped because of another one, then count it as failed."""
        if exception[2] is not None:
            self._logger.warning(
                "message failed, it will be delivered again", exc_info=exception[1], extra=_identity(record)
            )
        return super().failure_handler(record, exception)


def _identity(record: Any) -> dict[str, str]:
    """Return what finds the record again: a message's id, or its place in a stream."""
    if isinstance(record, KinesisStreamRecord):
        return {"sequence_number": record.kinesis.sequence_number}
    if isinstance(record, DynamoDBRecord):
        return {"sequence_number": str(record.dynamodb.sequence_number if record.dynamodb else None)}
    return {"message_id": record.message_id}


class ConcurrentBatchProcessor(_LogsFailures, BatchProcessor):
    """Powertools' batch processor, a thread for each record instead of one after the other.

    Records wait for AWS most of their time, so a batch takes about as long as its slowest record.
    A record that raises is reported as a failed item and the others are done, also when all of them
    fail; an error that is no `Exception` ends the invocation, and the whole batch comes back.

    Args:
        workers: Most records at once. Default: 10, the batch size.
        logger: Told of each failure, with message id and traceback.
        source: Where records come from. Default: SQS.
    """

    def __init__(self, *, workers: int = 10, logger: Logger, source: EventType = EventType.SQS) -> None:
        super().__init__(source, raise_on_entire_batch_failure=False)
        self._logger = logger
        self._workers = workers

    def process(self) -> list[tuple[Any, ...]]:
        """Process every record; the results have the order of the records."""
        return side_by_side(self._process_record, self.records, self._workers)


class OrderedBatchProcessor(_LogsFailures, SqsFifoPartialProcessor):
    """Powertools' processor for FIFO queues: a failure sends the rest of its group back, and no other.

    Args:
        logger: Told of each failure, with message id and traceback.
    """

    def __init__(self, *, logger: Logger) -> None:
        super().__init__(skip_group_on_error=True)
        self.raise_on_entire_batch_failure = False
        self._logger = logger


class SkippedError(Exception):
    """A record that was left for later, because one before it with the same key failed."""


class KeyedBatchProcessor(_LogsFailures, BatchProcessor):
    """Powertools' processor for streams: after a failure the rest of that key waits, and no other.

    Lambda goes on at the first record that is reported, so what comes after it is delivered again whatever
    its key; handlers see duplicates. What must not happen is that a record of a key overtakes another. Of one
    processor there is one a batch.

    Args:
        source: Kinesis or DynamoDB.
        key: Tells the key of a record, within which order counts.
        logger: Told of each failure, with sequence number and traceback.
    """

    def __init__(self, *, source: EventType, key: Callable[[Any], str], logger: Logger) -> None:
        super().__init__(source, raise_on_entire_batch_failure=False)
        self._logger = logger
        self._key = key
        self._waiting: set[str] = set()

    def _process_record(self, record: Any) -> tuple[Any, ...]:
        key = self._key(self._to_batch_type(record, self.event_type))
        if key in self._waiting:
            skipped = SkippedError(key)
            return self.failure_handler(
                self._to_batch_type(record, self.event_type), (type(skipped), skipped, None)
            )
        result = super()._process_record(record)
        if result[0] != "success":
            self._waiting.add(key)
        return result

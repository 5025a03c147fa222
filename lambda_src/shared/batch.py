"""Process the messages of a batch: side by side, or in the order of their groups."""

from concurrent.futures import ThreadPoolExecutor
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


class _LogsFailures(BasePartialBatchProcessor):
    """Writes the message id beside each failure: by it one finds why a message was set aside."""

    _logger: Logger

    def failure_handler(self, record: Any, exception: ExceptionInfo) -> FailureResponse:
        """Log, unless the record was only passed over because of another one, then count it as failed."""
        if exception[2] is not None:
            identity = {"message_id": record.message_id}
            self._logger.warning(
                "message failed, it will be delivered again", exc_info=exception[1], extra=identity
            )
        return super().failure_handler(record, exception)


class ConcurrentBatchProcessor(_LogsFailures, BatchProcessor):
    """Powertools' batch processor for SQS, a thread for each record instead of one after the other.

    Records wait for AWS most of their time, so a batch takes about as long as its slowest record.
    A record that raises is reported as a failed item and the others are done, also when all of them
    fail; an error that is no `Exception` ends the invocation, and the whole batch comes back.

    Args:
        workers: Most records at once. Default: 10, the batch size.
        logger: Told of each failure, with message id and traceback.
    """

    def __init__(self, *, workers: int = 10, logger: Logger) -> None:
        super().__init__(EventType.SQS, raise_on_entire_batch_failure=False)
        self._logger = logger
        self._workers = workers

    def process(self) -> list[tuple[Any, ...]]:
        """Process every record; the results have the order of the records."""
        with ThreadPoolExecutor(self._workers) as pool:
            return list(pool.map(self._process_record, self.records))


class OrderedBatchProcessor(_LogsFailures, SqsFifoPartialProcessor):
    """Powertools' processor for FIFO queues: a failure sends the rest of its group back, and no other.

    Args:
        logger: Told of each failure, with message id and traceback.
    """

    def __init__(self, *, logger: Logger) -> None:
        super().__init__(skip_group_on_error=True)
        self.raise_on_entire_batch_failure = False
        self._logger = logger

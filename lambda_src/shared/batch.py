"""Process the messages of a batch: side by side, or in the order of their groups."""

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, cast

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, SqsFifoPartialProcessor

if TYPE_CHECKING:
    import logging


class ConcurrentBatchProcessor(BatchProcessor):
    """Powertools' batch processor for SQS, a thread for each record instead of one after the other.

    Records wait for AWS most of their time, so a batch takes about as long as its slowest record.
    A record that raises is reported as a failed item and the others are done, also when all of them
    fail; an error that is no `Exception` ends the invocation, and the whole batch comes back.

    Args:
        workers: Most records at once. Default: 10, the batch size.
        logger: Told of each failure, with its traceback.
    """

    def __init__(self, *, workers: int = 10, logger: Logger) -> None:
        super().__init__(EventType.SQS, raise_on_entire_batch_failure=False, logger=_inner(logger))
        self._workers = workers

    def process(self) -> list[tuple[Any, ...]]:
        """Process every record; the results have the order of the records."""
        with ThreadPoolExecutor(self._workers) as pool:
            return list(pool.map(self._process_record, self.records))


def ordered_processor(logger: Logger) -> SqsFifoPartialProcessor:
    """Return Powertools' processor for FIFO queues: a failure sends the rest of its group back, no other."""
    processor = SqsFifoPartialProcessor(skip_group_on_error=True, logger=_inner(logger))
    processor.raise_on_entire_batch_failure = False
    return processor


def _inner(logger: Logger) -> "logging.Logger":
    """Give Powertools' Logger the type of the logger inside, to which it hands on what it has not itself."""
    return cast("logging.Logger", logger)

"""Count clicks for the dashboard, each of them once: the wiring."""

import os
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.batch import EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.kinesis_stream_event import KinesisStreamRecord

from click_counters.domain import amounts
from sample_shop.clicks import parse
from sample_shop.contradicted_clicks import ContradictedClicks
from wellmade_runtime.batch import ConcurrentBatchProcessor
from wellmade_runtime.clients import dynamodb_client
from wellmade_runtime.identity import ContradictionError
from wellmade_runtime.sharded_counters import ShardedCounters
from wellmade_runtime.variables import TABLE_NAME

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
    from aws_lambda_powertools.utilities.typing import LambdaContext

logger = Logger()
store = ShardedCounters(dynamodb_client(), os.environ[TABLE_NAME])
contradicted = ContradictedClicks(store.dynamodb, store.table, logger)


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: "LambdaContext") -> "PartialItemFailureResponse":
    """Count a batch side by side, since sums have no order, and report the records that failed."""
    processor = ConcurrentBatchProcessor(logger=logger, source=EventType.KinesisDataStreams)
    return process_partial_response(event, _process, processor, context)


def _process(record: KinesisStreamRecord) -> None:
    click = parse(record.kinesis.data_as_text(), record.kinesis.approximate_arrival_timestamp)
    try:
        store.increment_idempotently(click.identity, amounts(click), contents=click.contents())
    except ContradictionError:
        contradicted.set_apart(click, record.kinesis.sequence_number)

"""Score users by their clicks, in the order of each user: the wiring."""

import os
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.batch import EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.kinesis_stream_event import KinesisStreamRecord

from fraud_score.domain import after
from fraud_score.store import Store, place
from sample_shop.clicks import parse
from sample_shop.contradicted_clicks import ContradictedClicks
from wellmade_runtime.batch import KeyedBatchProcessor
from wellmade_runtime.clients import dynamodb_client
from wellmade_runtime.identity import ContradictionError
from wellmade_runtime.variables import TABLE_NAME

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
    from aws_lambda_powertools.utilities.typing import LambdaContext

logger = Logger()
store = Store(dynamodb_client(), os.environ[TABLE_NAME])
contradicted = ContradictedClicks(store.dynamodb, store.table, logger)


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: "LambdaContext") -> "PartialItemFailureResponse":
    """Score a batch; after a failure the rest of that user waits, while others go on."""
    processor = KeyedBatchProcessor(source=EventType.KinesisDataStreams, key=_key, logger=logger)
    return process_partial_response(event, _process, processor, context)


def _key(record: KinesisStreamRecord) -> str:
    return record.kinesis.partition_key


def _process(record: KinesisStreamRecord) -> None:
    click = parse(record.kinesis.data_as_text(), record.kinesis.approximate_arrival_timestamp)
    sequence = place(record.kinesis.sequence_number)
    before = store.get(click.user)
    if before is None or before.sequence < sequence:
        try:
            store.put(click, before, after(before, click, sequence))
        except ContradictionError:
            contradicted.set_apart(click, record.kinesis.sequence_number)

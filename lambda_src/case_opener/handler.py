"""Open a case for each user who became suspicious, once: the wiring."""

import os
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.batch import EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import DynamoDBRecord

from case_opener.domain import case_of
from case_opener.store import Store
from wellmade_runtime.batch import KeyedBatchProcessor
from wellmade_runtime.clients import dynamodb_client
from wellmade_runtime.variables import TABLE_NAME

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
    from aws_lambda_powertools.utilities.typing import LambdaContext

logger = Logger()
store = Store(dynamodb_client(), os.environ[TABLE_NAME])


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: "LambdaContext") -> "PartialItemFailureResponse":
    """Open the cases of a batch of changes; after a failure the rest of that user waits."""
    processor = KeyedBatchProcessor(source=EventType.DynamoDBStreams, key=_key, logger=logger)
    return process_partial_response(event, _process, processor, context)


def _key(record: DynamoDBRecord) -> str:
    return str(record.dynamodb.keys if record.dynamodb else None)


def _process(record: DynamoDBRecord) -> None:
    case = case_of(record.dynamodb.new_image if record.dynamodb else None)
    if case:
        store.open(case)

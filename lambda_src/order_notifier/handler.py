"""Write to customers that their order was taken, each of them once: the wiring."""

import os
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.batch import process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from order_notifier.domain import note
from order_notifier.store import Outbox
from sample_shop.order_placed import parse
from wellmade_runtime.batch import ConcurrentBatchProcessor
from wellmade_runtime.clients import dynamodb_client
from wellmade_runtime.variables import TABLE_NAME

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
    from aws_lambda_powertools.utilities.typing import LambdaContext

logger = Logger()
store = Outbox(dynamodb_client(), os.environ[TABLE_NAME])


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: "LambdaContext") -> "PartialItemFailureResponse":
    """Write the notes of a batch and report the orders that failed."""
    return process_partial_response(event, _process, ConcurrentBatchProcessor(logger=logger), context)


def _process(record: SQSRecord) -> None:
    order = parse(record.body)
    store.put(order.order_id, order.customer, note(order), contents=order.contents())

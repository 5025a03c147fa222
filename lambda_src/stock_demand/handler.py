"""Count what the warehouse has to pack, each order once: the wiring."""

import os
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.batch import process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from shared.aws import dynamodb_client
from shared.batch import ConcurrentBatchProcessor
from shared.once import Counters
from shared.order_placed import parse
from stock_demand.domain import amounts

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
    from aws_lambda_powertools.utilities.typing import LambdaContext

logger = Logger()
store = Counters(dynamodb_client(), os.environ["TABLE_NAME"])


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: "LambdaContext") -> "PartialItemFailureResponse":
    """Count the orders of a batch and report those that failed."""
    return process_partial_response(event, _process, ConcurrentBatchProcessor(logger=logger), context)


def _process(record: SQSRecord) -> None:
    order = parse(record.body)
    store.add_once(order.order_id, amounts(order))

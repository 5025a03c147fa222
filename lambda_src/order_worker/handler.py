"""Take orders from a queue, each of them once: the wiring."""

import os
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.batch import process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.idempotency import idempotent_function

from order_worker.domain import parse
from order_worker.store import Store
from shared.aws import dynamodb_client
from shared.batch import ConcurrentBatchProcessor
from shared.idempotency import claims_config, claims_table

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
    from aws_lambda_powertools.utilities.typing import LambdaContext

logger = Logger()
store = Store(dynamodb_client(), os.environ["TABLE_NAME"])
claims = claims_config(key="order_id", same="[sku, quantity]")
_put_once = idempotent_function(
    store.put,
    data_keyword_argument="order",
    persistence_store=claims_table(store.dynamodb),
    config=claims,
    key_prefix="order-worker",
)


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: "LambdaContext") -> "PartialItemFailureResponse":
    """Keep the good orders of a batch and report the others as failed."""
    claims.register_lambda_context(context)
    return process_partial_response(event, _process, ConcurrentBatchProcessor(logger=logger), context)


def _process(record: SQSRecord) -> None:
    _put_once(order=parse(record.body))

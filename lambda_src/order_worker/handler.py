"""Take orders from a queue, each of them once: the wiring."""

import os
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.batch import process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.idempotency import idempotent_function

from order_worker.domain import parse
from order_worker.store import Store
from wellmade_runtime.batch import ConcurrentBatchProcessor
from wellmade_runtime.clients import dynamodb_client
from wellmade_runtime.idempotency import idempotency_config, idempotency_store
from wellmade_runtime.variables import TABLE_NAME

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
    from aws_lambda_powertools.utilities.typing import LambdaContext

logger = Logger()
store = Store(dynamodb_client(), os.environ[TABLE_NAME])
idempotency = idempotency_config(key="order_id", payload="[sku, quantity]")
_put_once = idempotent_function(
    store.put,
    data_keyword_argument="order",
    persistence_store=idempotency_store(store.dynamodb),
    config=idempotency,
    key_prefix="order-worker",
)


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: "LambdaContext") -> "PartialItemFailureResponse":
    """Keep the good orders of a batch and report the others as failed."""
    idempotency.register_lambda_context(context)
    return process_partial_response(event, _process, ConcurrentBatchProcessor(logger=logger), context)


def _process(record: SQSRecord) -> None:
    _put_once(order=parse(record.body))

"""Take orders from a queue, each of them once: the wiring."""

import os
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.batch import process_partial_response

from order_worker.domain import parse
from order_worker.store import Store
from wellmade_runtime.clients import dynamodb_client
from wellmade_runtime.idempotency import idempotency_config
from wellmade_runtime.idempotent_batch import IdempotentBatchProcessor
from wellmade_runtime.idempotent_work import IdempotentWork
from wellmade_runtime.variables import IDEMPOTENCY_TABLE, TABLE_NAME

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
    from aws_lambda_powertools.utilities.typing import LambdaContext

logger = Logger()
store = Store(dynamodb_client(), os.environ[TABLE_NAME])
idempotency = idempotency_config(key="order_id", payload="[sku, quantity]")
once = IdempotentWork(
    lambda record: parse(record.body),
    writes=store.writes,
    dynamodb=store.dynamodb,
    table=os.environ[IDEMPOTENCY_TABLE],
    config=idempotency,
    name="order-worker",
)


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: "LambdaContext") -> "PartialItemFailureResponse":
    """Keep the good orders of a batch and report the others as failed."""
    idempotency.register_lambda_context(context)
    processor = IdempotentBatchProcessor(once, logger=logger)
    return process_partial_response(event, once.do_alone, processor, context)

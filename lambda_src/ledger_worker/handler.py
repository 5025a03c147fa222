"""Book the entries of each account in order, each of them once: the wiring."""

import os
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.batch import process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from ledger_worker.domain import parse
from ledger_worker.store import Store
from wellmade_runtime.batch import OrderedBatchProcessor
from wellmade_runtime.clients import dynamodb_client
from wellmade_runtime.variables import TABLE_NAME

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
    from aws_lambda_powertools.utilities.typing import LambdaContext

logger = Logger()
store = Store(dynamodb_client(), os.environ[TABLE_NAME])


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: "LambdaContext") -> "PartialItemFailureResponse":
    """Book a batch; after a failure the rest of that account goes back, while other accounts proceed."""
    return process_partial_response(event, _process, OrderedBatchProcessor(logger=logger), context)


def _process(record: SQSRecord) -> None:
    store.book(parse(record.body))

"""Pay out what a queue asks for: begin, write the transfer, complete. The wiring."""

import os
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.batch import process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from payout_worker.store import Store
from sample_shop.payout import payout_of
from sample_shop.transfers import TRANSFERS, Transfers
from wellmade_runtime.batch import ConcurrentBatchProcessor
from wellmade_runtime.clients import dynamodb_client, secretsmanager_client
from wellmade_runtime.messages import read_object
from wellmade_runtime.secrets import Secrets
from wellmade_runtime.variables import SECRET_ARN, TABLE_NAME
from wellmade_runtime.work_log import WorkLog

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
    from aws_lambda_powertools.utilities.typing import LambdaContext

logger = Logger()
dynamodb = dynamodb_client()
secrets = Secrets(secretsmanager_client())
transfers = Transfers(dynamodb, os.environ[TRANSFERS], secrets, os.environ[SECRET_ARN])
store = Store(WorkLog(dynamodb, os.environ[TABLE_NAME]), transfers)


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: "LambdaContext") -> "PartialItemFailureResponse":
    """Pay out a batch, and report what failed."""
    return process_partial_response(event, _process, ConcurrentBatchProcessor(logger=logger), context)


def _process(record: SQSRecord) -> None:
    store.pay(payout_of(read_object(record.body)))

"""Write a receipt for each file that arrives, once: the wiring.

The file is read as a stream, so that one of 5 GB takes as much memory as one of 5 kB.
"""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.batch import process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from file_receipts.domain import receipt_of
from file_receipts.store import Receipts
from wellmade_runtime.batch import ConcurrentBatchProcessor
from wellmade_runtime.clients import dynamodb_client, s3_client
from wellmade_runtime.file_inbox import FileInbox, reader_version
from wellmade_runtime.latest_objects import LatestObjects
from wellmade_runtime.s3_events import S3Object
from wellmade_runtime.variables import IDEMPOTENCY_TABLE, QUARANTINE_BUCKET, RESULTS_BUCKET, TABLE_NAME

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
    from aws_lambda_powertools.utilities.typing import LambdaContext

logger = Logger()
dynamodb = dynamodb_client()
store = Receipts(
    s3=s3_client(),
    dynamodb=dynamodb,
    latest=LatestObjects(dynamodb, os.environ[IDEMPOTENCY_TABLE]),
    table=os.environ[TABLE_NAME],
    results=os.environ[RESULTS_BUCKET],
    quarantine=os.environ[QUARANTINE_BUCKET],
)


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: "LambdaContext") -> "PartialItemFailureResponse":
    """Write a receipt for each file once; messages whose file may succeed later are reported as failed."""
    inbox.begin(context)
    return process_partial_response(event, _process, ConcurrentBatchProcessor(logger=logger), context)


def _process(record: SQSRecord) -> None:
    inbox.process(record.body)


def _receive(source: S3Object) -> dict[str, Any]:
    receipt = receipt_of(store.read(source))
    store.write(source, receipt)
    return {"status": "received", "bytes": receipt.size}


inbox = FileInbox(
    _receive,
    store=store,
    dynamodb=dynamodb,
    name="file-receipts",
    logger=logger,
    version=reader_version(Path(__file__).parent),
)

"""Make an upright thumbnail of each photograph that arrives in the inbox: the wiring.

A photograph is done when its thumbnail is in the bucket of results and an item tells of it. How each
message ends is told in `wellmade_runtime.file_inbox`.
"""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import PIL
from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.batch import process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from thumbnailer.confined import Decoder
from thumbnailer.store import Store
from wellmade_runtime.batch import ConcurrentBatchProcessor
from wellmade_runtime.clients import dynamodb_client, s3_client
from wellmade_runtime.file_inbox import FileInbox, reader_version
from wellmade_runtime.s3_events import S3Object
from wellmade_runtime.variables import QUARANTINE_BUCKET, RESULTS_BUCKET, TABLE_NAME

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
    from aws_lambda_powertools.utilities.typing import LambdaContext

logger = Logger()
store = Store(
    s3=s3_client(),
    dynamodb=dynamodb_client(),
    table=os.environ[TABLE_NAME],
    results=os.environ[RESULTS_BUCKET],
    quarantine=os.environ[QUARANTINE_BUCKET],
)
decoder = Decoder()


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: "LambdaContext") -> "PartialItemFailureResponse":
    """Work on each photograph once; messages whose photograph may succeed later are reported as failed."""
    inbox.begin(context)
    # One after the other: decoding keeps the processor busy, and memory is measured for one picture.
    one_by_one = ConcurrentBatchProcessor(workers=1, logger=logger)
    return process_partial_response(event, _process, one_by_one, context)


def _process(record: SQSRecord) -> None:
    inbox.process(record.body)


def _work(source: S3Object) -> dict[str, Any]:
    upload = store.fetch(source)
    return {"status": "done", "thumbnail": store.keep(source, upload, decoder.read_photo(upload.content))}


inbox = FileInbox(
    _work,
    store=store,
    dynamodb=store.dynamodb,
    name="thumbnailer",
    logger=logger,
    version=reader_version(Path(__file__).parent, PIL.__version__),
)

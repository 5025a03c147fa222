"""Load files of rows that arrive in the inbox: the wiring.

A file is loaded when every row is in the table or, with its reason, among the rejects, and the result
says how many. How each message ends is told in `wellmade_runtime.file_inbox`.
"""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.batch import process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from tabular_ingest.domain import read_rows
from tabular_ingest.store import Store
from tabular_ingest.tabular.schema import parse_schema
from wellmade_runtime.batch import ConcurrentBatchProcessor
from wellmade_runtime.clients import dynamodb_client, s3_client
from wellmade_runtime.file_inbox import FileInbox, reader_version
from wellmade_runtime.file_store import UnloadableError
from wellmade_runtime.latest_objects import LatestObjects
from wellmade_runtime.metrics import count
from wellmade_runtime.s3_events import S3Object
from wellmade_runtime.variables import (
    IDEMPOTENCY_TABLE,
    QUARANTINE_BUCKET,
    REJECTION_RATE,
    RESULTS_BUCKET,
    TABLE_NAME,
)

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
    from aws_lambda_powertools.utilities.typing import LambdaContext

logger = Logger()
dynamodb = dynamodb_client()
store = Store(
    s3=s3_client(),
    dynamodb=dynamodb,
    latest=LatestObjects(dynamodb, os.environ[IDEMPOTENCY_TABLE]),
    table=os.environ[TABLE_NAME],
    results=os.environ[RESULTS_BUCKET],
    quarantine=os.environ[QUARANTINE_BUCKET],
    reader=reader_version(Path(__file__).parent, os.environ.get("SCHEMA", "")),
)
schema = parse_schema(os.environ.get("SCHEMA"))
_rate = float(os.environ.get(REJECTION_RATE, "0.5"))
"""Share of rejected rows above which a file counts in the metric `FilesOverRejectionRate`; one that cannot be
loaded has them all."""


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: "LambdaContext") -> "PartialItemFailureResponse":
    """Load each file once; messages whose file may succeed later are reported as failed."""
    inbox.begin(context)
    return process_partial_response(event, _process, ConcurrentBatchProcessor(logger=logger), context)


def _process(record: SQSRecord) -> None:
    inbox.process(record.body)


def _ingest(source: S3Object) -> dict[str, Any]:
    try:
        tally = store.load(source, read_rows(source.key, store.read(source), schema))
    except UnloadableError as refusal:
        if refusal.reason != "gone":
            _count_over(1.0)  # of such a file no row is loaded at all
        raise
    _count_over(tally.rejection_rate)
    return {"status": "loaded", "loaded": tally.loaded, "rejected": tally.rejected}


def _count_over(rejection_rate: float) -> None:
    if rejection_rate > _rate:
        count("FilesOverRejectionRate", service=logger.service)


inbox = FileInbox(
    _ingest, store=store, dynamodb=store.dynamodb, name="tabular-ingest", logger=logger, version=store.reader
)

"""Load files of rows that arrive in the inbox: the wiring.

Each message ends in one of three ways:

- loaded: every row is in the table or, with its reason, among the rejects, and the result says how many;
- quarantined: no delivery could ever load the file, or it is gone, so the message is done;
- failed: another delivery may succeed (a throttle, a time-out, a refused access, another delivery at
  work on the same file), so the message goes back, and after its last receive to the dead-letter queue.

A file is known by bucket, key and etag: the same bytes under the same name are loaded once.
"""

import os
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.batch import process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.idempotency import idempotent_function

from shared.aws import dynamodb_client, s3_client
from shared.batch import ConcurrentBatchProcessor
from shared.events import S3Object, created_objects
from shared.idempotency import claims_config, claims_table
from shared.tabular.rows import UnloadableError
from shared.tabular.schema import parse_schema
from tabular_ingest.domain import identity, read_rows
from tabular_ingest.store import Store

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
    from aws_lambda_powertools.utilities.typing import LambdaContext

logger = Logger()
store = Store(
    s3=s3_client(),
    dynamodb=dynamodb_client(),
    table=os.environ["TABLE_NAME"],
    results=os.environ["RESULTS_BUCKET"],
    quarantine=os.environ["QUARANTINE_BUCKET"],
)
schema = parse_schema(os.environ.get("SCHEMA"))
claims = claims_config()


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: "LambdaContext") -> "PartialItemFailureResponse":
    """Load each file once; messages whose file may succeed later are reported as failed."""
    claims.register_lambda_context(context)
    return process_partial_response(event, _process, ConcurrentBatchProcessor(logger=logger), context)


def _process(record: SQSRecord) -> None:
    for source in created_objects(record.body):
        delivery = identity(source.bucket, source.key, source.etag)
        outcome = _ingest_once(delivery=delivery, source=source)
        logger.info("file done", extra={"source": asdict(source), "outcome": outcome})


def _ingest(*, delivery: str, source: S3Object) -> dict[str, Any]:  # noqa: ARG001 - the claim's key
    try:
        tally = store.load(source, read_rows(source.key, store.read(source), schema))
    except UnloadableError as refusal:
        store.set_aside(source, refusal)
        return {"status": "quarantined", "reason": refusal.reason, "detail": refusal.detail}
    return {"status": "loaded", **asdict(tally)}


_ingest_once = idempotent_function(
    _ingest,
    data_keyword_argument="delivery",
    persistence_store=claims_table(store.dynamodb),
    config=claims,
    key_prefix="tabular-ingest",
)

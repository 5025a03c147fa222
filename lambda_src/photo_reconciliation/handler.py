"""Compare the inbox of photographs with the table of what they became, each night. The wiring."""

import os
import time
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools import Logger

from photo_reconciliation.domain import compared
from photo_reconciliation.store import Store, room_of
from wellmade_runtime.clients import dynamodb_client, s3_client
from wellmade_runtime.metrics import count
from wellmade_runtime.run_leases import RunLeases, run_of
from wellmade_runtime.variables import (
    INBOX_BUCKET,
    INBOX_PREFIX,
    LEASE_TABLE,
    QUARANTINE_BUCKET,
    RESULTS_BUCKET,
    TABLE_NAME,
)

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

GRACE = 3600.0
"""Seconds that a photograph may take, unless the event says `grace_seconds`: later ones are on their way."""
logger = Logger()
store = Store(
    s3=s3_client(),
    dynamodb=dynamodb_client(),
    inbox=os.environ[INBOX_BUCKET],
    prefix=os.environ[INBOX_PREFIX],
    quarantine=os.environ[QUARANTINE_BUCKET],
    results=os.environ[RESULTS_BUCKET],
    table=os.environ[TABLE_NAME],
    room=room_of(int(os.environ.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256"))),
)
leases = RunLeases(store.dynamodb, os.environ[LEASE_TABLE])


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: "LambdaContext") -> dict[str, Any]:
    """Report what is in one and not in the other, unless another run is at it."""
    run = run_of(event)
    with leases.hold(run, context.get_remaining_time_in_millis() / 1000) as lease:
        if lease is None:
            return {"outcome": "skipped"}
        # Rows first: what is done meanwhile is then in the inbox, too, and is no mismatch.
        rows, reasons = store.rows(), store.reasons()
        until = time.time() - float(event.get("grace_seconds", GRACE))
        found = compared(store.arrived(), rows, reasons, until=until)
        lease.write()  # fails where another run has taken over: what that one finds is newer
        count("UnprocessedPhotos", len(found.unprocessed), job=run.job)
        count("RowsWithoutPhoto", len(found.without_photo), job=run.job)
        report = store.keep(run.scheduled_time, found)
        logger.info("compared", extra={"report": report, **found.counts()})
    return {"outcome": "done", "report": report, **found.counts()}

"""Find payouts that were begun and not completed, and finish them. The wiring."""

import os
import time
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools import Logger

from reconciliation.store import Store
from sample_shop.transfers import TRANSFERS, Transfers
from wellmade_runtime.clients import dynamodb_client, secretsmanager_client
from wellmade_runtime.metrics import count
from wellmade_runtime.run_leases import RunLeases, run_of
from wellmade_runtime.secrets import Secrets
from wellmade_runtime.variables import LEASE_TABLE, SECRET_ARN, TABLE_NAME
from wellmade_runtime.work_log import WorkLog

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

logger = Logger()
dynamodb = dynamodb_client()
leases = RunLeases(dynamodb, os.environ[LEASE_TABLE])
secrets = Secrets(secretsmanager_client())
transfers = Transfers(dynamodb, os.environ[TRANSFERS], secrets, os.environ[SECRET_ARN])
store = Store(WorkLog(dynamodb, os.environ[TABLE_NAME]), transfers)


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: "LambdaContext") -> dict[str, Any]:
    """Finish what has been pending for over 10 minutes, unless another run is at it."""
    run = run_of(event)
    with leases.hold(run, context.get_remaining_time_in_millis() / 1000) as lease:
        if lease is None:
            return {"outcome": "skipped"}
        finished = sum(store.finish(work, lease) for work in store.abandoned(time.time()))
        count("FinishedPayouts", finished, job=run.job)
        logger.info("reconciled", extra={"finished": finished})
    return {"outcome": "done", "finished": finished}

"""Delete the carts that have expired. The wiring.

DynamoDB deletes expired items by itself, within days; what holds stock must go within the hour.
"""

import os
import time
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools import Logger

from cart_cleanup.store import Store
from wellmade_runtime.clients import dynamodb_client
from wellmade_runtime.metrics import count
from wellmade_runtime.run_leases import RunLeases, run_of
from wellmade_runtime.variables import LEASE_TABLE, TABLE_NAME

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

logger = Logger()
store = Store(dynamodb_client(), os.environ[TABLE_NAME])
leases = RunLeases(store.dynamodb, os.environ[LEASE_TABLE])


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: "LambdaContext") -> dict[str, Any]:
    """Delete expired carts, unless another run is at it."""
    run = run_of(event)
    with leases.hold(run, context.get_remaining_time_in_millis() / 1000) as lease:
        if lease is None:
            return {"outcome": "skipped"}
        now = time.time()
        deleted = sum(store.delete(cart, now, lease) for cart in store.expired(now))
        count("DeletedCarts", deleted, job=run.job)
        logger.info("cleaned up", extra={"deleted": deleted})
    return {"outcome": "done", "deleted": deleted}

"""Throttle tenants that ask for far too much, and take it back afterwards: the wiring.

It compares what the plans let pass with what the alarms say, each minute anew: what was missed, refused or
undone in one minute is done in the next.
"""

import os
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools import Logger

from tenant_throttle.domain import changes, tenants_of
from tenant_throttle.store import Alarms, Plans
from wellmade_runtime.clients import apigateway_client, cloudwatch_client
from wellmade_runtime.variables import TENANT_ALARMS, TENANT_PLANS

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

logger = Logger()
tenants = tenants_of(os.environ[TENANT_PLANS])
alarms = Alarms(cloudwatch_client(), os.environ[TENANT_ALARMS])
plans = Plans(apigateway_client())


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: "LambdaContext") -> None:
    """Bring the plans to what the alarms say; the event says nothing but that a minute is over."""
    del event, context
    states = alarms.states([tenant.name for tenant in tenants])
    for change in changes(tenants, states, plans.limits()):
        told = {"tenant": change.tenant.name, "rate_limit": change.limits.rate}
        if not plans.limit(change.tenant.plan_id, change.limits):
            logger.warning("API Gateway takes no more changes; the next run goes on", extra=told)
            return
        logger.info("throttled" if change.is_throttle else "throttle taken back", extra=told)

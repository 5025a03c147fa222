"""Ship and cancel parcels for a workflow: the wiring."""

import os
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools import Logger

from parcel_shipping.domain import NotShippableError, refuse_unshippable
from parcel_shipping.store import Parcels
from sample_shop.order import Order, order_of
from wellmade_runtime.clients import dynamodb_client
from wellmade_runtime.compensation import AlreadyCompensatedError
from wellmade_runtime.identity import ContradictionError
from wellmade_runtime.messages import InvalidMessageError
from wellmade_runtime.rejections import Rejection, rejection
from wellmade_runtime.strict_json import kind
from wellmade_runtime.variables import TABLE_NAME

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

logger = Logger()
store = Parcels(dynamodb_client(), os.environ[TABLE_NAME])


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: "LambdaContext") -> Rejection | None:  # noqa: ARG001 - Lambda gives both
    """Do what is asked, or refuse; what fails is raised, and the workflow decides whether to ask again."""
    given = event.get("order")
    order = order_of(given if isinstance(given, dict) else {})
    match event.get("action"):
        case "ship":
            return _ship(order)
        case "cancel":
            store.cancel(order)
            return None
        case other:
            raise InvalidMessageError(f"action must be ship or cancel, got {kind(other)}")


def _ship(order: Order) -> Rejection | None:
    try:
        refuse_unshippable(order)
        store.ship(order)
    except (NotShippableError, AlreadyCompensatedError, ContradictionError) as error:
        return rejection(error, logger)
    return None

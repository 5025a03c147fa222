"""Reserve and release pieces for a workflow: the wiring."""

import os
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools import Logger

from stock_reservation.domain import OutOfStockError, parse
from stock_reservation.store import Stock
from wellmade_runtime.clients import dynamodb_client
from wellmade_runtime.compensation import AlreadyCompensatedError
from wellmade_runtime.identity import ContradictionError
from wellmade_runtime.rejections import Rejection, rejection
from wellmade_runtime.variables import TABLE_NAME

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

logger = Logger()
store = Stock(dynamodb_client(), os.environ[TABLE_NAME])


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: "LambdaContext") -> Rejection | None:  # noqa: ARG001 - Lambda gives both
    """Do what is asked, or refuse; what fails is raised, and the workflow decides whether to ask again."""
    request = parse(event)
    if request.action == "release":
        store.release(request)
        return None
    try:
        store.reserve(request)
    except (OutOfStockError, AlreadyCompensatedError, ContradictionError) as error:
        return rejection(error, logger)
    return None

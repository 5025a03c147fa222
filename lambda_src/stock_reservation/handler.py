"""Reserve and release pieces for a workflow: the wiring."""

import os
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools import Logger

from shared.aws import dynamodb_client
from shared.deed import UndoneError
from shared.refusals import Refusal, refusal
from stock_reservation.domain import OutOfStockError, parse
from stock_reservation.store import Stock

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

logger = Logger()
store = Stock(dynamodb_client(), os.environ["TABLE_NAME"])


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: "LambdaContext") -> Refusal | None:  # noqa: ARG001 - Lambda gives both
    """Do what is asked, or refuse; what fails is raised, and the workflow decides whether to ask again."""
    request = parse(event)
    try:
        if request.action == "reserve":
            store.reserve(request)
        else:
            store.release(request)
    except (OutOfStockError, UndoneError) as error:
        return refusal(error, logger)
    return None

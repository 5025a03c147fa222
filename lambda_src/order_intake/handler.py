"""Take orders over HTTP and say that they were placed: the wiring."""

import os
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools import Logger

from order_intake.domain import order_placed
from order_intake.store import Hub, NotPublishedError
from wellmade_runtime.clients import events_client
from wellmade_runtime.http_responses import json_response
from wellmade_runtime.messages import InvalidMessageError, read_object, text
from wellmade_runtime.variables import EVENT_BUS_NAME

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

logger = Logger()
store = Hub(events_client(), os.environ[EVENT_BUS_NAME])


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: "LambdaContext") -> dict[str, Any]:  # noqa: ARG001 - Lambda gives both
    """Answer 202 with the order's number once the event is on the bus; 400 names what is wrong."""
    try:
        order = read_object(event.get("body") or "")
        detail = order_placed(order, text(order, "order_id"))
        store.publish(detail)
    except InvalidMessageError as error:
        return json_response(HTTPStatus.BAD_REQUEST, {"error": str(error)})
    except NotPublishedError:
        logger.exception("the order was not taken")
        return json_response(HTTPStatus.SERVICE_UNAVAILABLE, {"error": "not taken, please send it again"})
    return json_response(HTTPStatus.ACCEPTED, {"order_id": detail["order_id"]})

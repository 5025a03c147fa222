"""Take orders over HTTP and say that they were placed: the wiring."""

import os
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools import Logger

from order_intake.domain import MOST_BYTES, order_placed
from order_intake.store import Hub, NotPublishedError, UsedBeforeError
from wellmade_runtime.clients import dynamodb_client, events_client
from wellmade_runtime.http_responses import json_response, request_body
from wellmade_runtime.identity import ContradictionError
from wellmade_runtime.messages import InvalidMessageError, MessageTooLargeError, read_object
from wellmade_runtime.variables import EVENT_BUS_NAME, TABLE_NAME

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

logger = Logger()
store = Hub(events_client(), os.environ[EVENT_BUS_NAME], dynamodb_client(), os.environ[TABLE_NAME])


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: "LambdaContext") -> dict[str, Any]:  # noqa: ARG001 - Lambda gives both
    """Answer 202 with the order's number once the event is on the bus.

    400 and 413 name what is wrong, 422 says that the number belongs to another order, and 503 asks to send
    it again.
    """
    try:
        detail = order_placed(read_object(request_body(event), most_bytes=MOST_BYTES))
        store.publish(detail)
    except MessageTooLargeError as error:
        return json_response(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, {"error": str(error)})
    except InvalidMessageError as error:
        return json_response(HTTPStatus.BAD_REQUEST, {"error": str(error)})
    except ContradictionError:
        other = "order_id was used for an order with other contents"
        return json_response(HTTPStatus.UNPROCESSABLE_ENTITY, {"error": other})
    except UsedBeforeError:
        return json_response(
            HTTPStatus.UNPROCESSABLE_ENTITY, {"error": "order_id was used for an earlier order"}
        )
    except NotPublishedError:
        logger.exception("the order was not taken")
        return json_response(HTTPStatus.SERVICE_UNAVAILABLE, {"error": "not taken, please send it again"})
    return json_response(HTTPStatus.ACCEPTED, {"order_id": detail["order_id"]})

"""Write and read orders in one of two regions: the wiring."""

import os
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools import Logger
from botocore.exceptions import BotoCoreError, ClientError

from regional_orders.domain import ConflictError, NotFoundError, order_of, side_of
from regional_orders.store import KEY, Store
from wellmade_runtime.clients import dynamodb_client
from wellmade_runtime.home_regions import ElsewhereError, HomeRegions, MovedError
from wellmade_runtime.http_responses import json_response, request_body
from wellmade_runtime.messages import InvalidMessageError, short_name
from wellmade_runtime.variables import REGION_SIDE, TABLE_NAME, WRITES_AT_HOME

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

logger = Logger()
SIDE, AT_HOME = os.environ[REGION_SIDE], WRITES_AT_HOME in os.environ
store = Store(dynamodb_client(), os.environ[TABLE_NAME])
homes = HomeRegions(store.dynamodb, store.table, KEY, SIDE)


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: "LambdaContext") -> dict[str, Any]:  # noqa: ARG001 - Lambda gives both
    """Answer a request of one of the routes; every error is JSON with what was wrong."""
    try:
        return _answer(event)
    except InvalidMessageError as error:
        return json_response(HTTPStatus.BAD_REQUEST, {"error": str(error)})
    except NotFoundError:
        return json_response(HTTPStatus.NOT_FOUND, {"error": "there is no such order"})
    except (ConflictError, MovedError):
        return json_response(HTTPStatus.CONFLICT, {"error": "it has changed: read it and decide anew"})
    except ElsewhereError as error:
        body = {"error": "the tenant is written in the other region", "home": error.home}
        return json_response(HTTPStatus.MISDIRECTED_REQUEST, body)
    except (BotoCoreError, ClientError):
        logger.exception("the table did not answer")
        return json_response(HTTPStatus.SERVICE_UNAVAILABLE, {"error": "please send it again"})


def _answer(event: dict[str, Any]) -> dict[str, Any]:
    route, named = event["routeKey"], event.get("pathParameters") or {}
    if route == "GET /health":
        store.look()
        return json_response(HTTPStatus.OK, {"side": SIDE})
    if route == "PUT /tenants/{tenant}/home":
        homes.move(short_name(named["tenant"]), to=side_of(request_body(event)))
        return json_response(HTTPStatus.OK, {"home": homes.home_of(named["tenant"])})
    if event["requestContext"]["http"]["method"] == "GET":
        found = store.read(short_name(named["tenant"]), short_name(named["order_id"]))
        return json_response(HTTPStatus.OK, found.as_json())
    order = order_of(named["tenant"], named["order_id"], request_body(event))
    if AT_HOME:
        homes.require_here(order.tenant)
    store.write(order)
    return json_response(HTTPStatus.OK, order.as_json())

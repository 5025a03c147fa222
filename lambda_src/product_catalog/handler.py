"""Create, read, replace and delete products over HTTP: the wiring."""

import os
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools import Logger
from botocore.exceptions import BotoCoreError, ClientError

from product_catalog.domain import NotFoundError, TakenError, checked, product_of
from product_catalog.store import Store
from wellmade_runtime.clients import dynamodb_client
from wellmade_runtime.contracts import BrokenContractError
from wellmade_runtime.http_responses import json_response, request_body
from wellmade_runtime.messages import InvalidMessageError
from wellmade_runtime.variables import TABLE_NAME

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

logger = Logger()
store = Store(dynamodb_client(), os.environ[TABLE_NAME])


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: "LambdaContext") -> dict[str, Any]:  # noqa: ARG001 - Lambda gives both
    """Answer a request of one of the routes; every error is JSON with what was wrong."""
    method = event["requestContext"]["http"]["method"]
    sku = event["pathParameters"]["sku"]
    try:
        return _answer(method, sku, event)
    except (InvalidMessageError, BrokenContractError) as error:
        return json_response(HTTPStatus.BAD_REQUEST, {"error": str(error)})
    except NotFoundError:
        return json_response(HTTPStatus.NOT_FOUND, {"error": "there is no such product"})
    except TakenError:
        return json_response(HTTPStatus.CONFLICT, {"error": "there is another product of this number"})
    except (BotoCoreError, ClientError):
        logger.exception("the table did not answer")
        return json_response(HTTPStatus.SERVICE_UNAVAILABLE, {"error": "please send it again"})


def _answer(method: str, sku: str, event: dict[str, Any]) -> dict[str, Any]:
    if method == "DELETE":
        store.delete(checked(sku))
        return json_response(HTTPStatus.OK, {"sku": sku})
    if method == "GET":
        return json_response(HTTPStatus.OK, store.read(checked(sku)).as_json())
    product = product_of(sku, request_body(event))
    if method == "POST":
        store.create(product)
        return json_response(HTTPStatus.CREATED, product.as_json())
    store.replace(product)
    return json_response(HTTPStatus.OK, product.as_json())

"""Answer over HTTP what an order was invoiced at: the wiring."""

import os
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools import Logger
from botocore.exceptions import BotoCoreError, ClientError

from invoice_lookup.domain import question_of
from invoice_lookup.store import Invoices
from wellmade_runtime.balancer_responses import balancer_response, query_values
from wellmade_runtime.clients import dynamodb_client
from wellmade_runtime.messages import InvalidMessageError
from wellmade_runtime.variables import TABLE_NAME

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

logger = Logger()
store = Invoices(dynamodb_client(), os.environ[TABLE_NAME])


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: "LambdaContext") -> dict[str, Any]:  # noqa: ARG001 - Lambda gives both
    """Answer `GET /invoices/{order}?customer=…`; every error is JSON with what was wrong."""
    if event["httpMethod"] != "GET":
        return balancer_response(
            HTTPStatus.METHOD_NOT_ALLOWED, {"error": "only GET"}, headers={"allow": ["GET"]}
        )
    try:
        question = question_of(event["path"], query_values(event, "customer"))
        amount = store.amount_of(question)
    except InvalidMessageError as error:
        return balancer_response(HTTPStatus.BAD_REQUEST, {"error": str(error)})
    except (BotoCoreError, ClientError):
        logger.exception("the table did not answer")
        return balancer_response(HTTPStatus.SERVICE_UNAVAILABLE, {"error": "please send it again"})
    if amount is None:
        return balancer_response(HTTPStatus.NOT_FOUND, {"error": "there is no such invoice"})
    return balancer_response(HTTPStatus.OK, {"order_id": question.order_id, "amount_cents": amount})

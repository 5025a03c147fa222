"""Book entries of accounts and tell balances, in one of two regions: the wiring."""

from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import psycopg
from aws_lambda_powertools import Logger

from account_ledger.domain import ConflictError, entry_of
from account_ledger.store import Ledger
from wellmade_runtime.database_connection import connect_database
from wellmade_runtime.http_responses import json_response, request_body
from wellmade_runtime.messages import InvalidMessageError, short_name
from wellmade_runtime.variables import DATABASE_READER_HOST

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

logger = Logger()
ledger = Ledger(connect_database, partial(connect_database, DATABASE_READER_HOST))


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: "LambdaContext") -> dict[str, Any]:  # noqa: ARG001 - Lambda gives both
    """Answer a request of one of the routes; every error is JSON with what was wrong."""
    try:
        return _answer(event)
    except InvalidMessageError as error:
        return json_response(HTTPStatus.BAD_REQUEST, {"error": str(error)})
    except ConflictError:
        return json_response(HTTPStatus.CONFLICT, {"error": "the account has another entry of this number"})
    except psycopg.Error as error:
        # Where the other region writes too: nothing was kept, and the caller may go there.
        logger.error(  # noqa: TRY400 - a trace would repeat what was to be kept
            "the database did not answer", extra={"reason": type(error).__name__}
        )
        return json_response(HTTPStatus.SERVICE_UNAVAILABLE, {"error": "please send it again"})


def _answer(event: dict[str, Any]) -> dict[str, Any]:
    route, named = event["routeKey"], event.get("pathParameters") or {}
    if route == "GET /health":
        ledger.look()
        return json_response(HTTPStatus.OK, {})
    account = short_name(named["account"])
    if route == "GET /accounts/{account}":
        return json_response(HTTPStatus.OK, {"account": account, "cents": ledger.balance(account)})
    entry = entry_of(account, named["entry_id"], request_body(event))
    ledger.book(entry)
    return json_response(HTTPStatus.OK, entry.as_json())

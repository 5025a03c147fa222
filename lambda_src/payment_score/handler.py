"""Score payments while their callers wait: the wiring.

`POST /scores` with `payment_id`, `account`, `amount_cents` and `country` answers `score`, `decision`,
`reasons` and `unknown`. A lookup that does not answer in its time is named in `unknown`: the score is of what
is known, and the decision is never `approve`. Where no lookup answers nothing is known: the answer is 503.
"""

import os
from contextlib import suppress
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import redis
from aws_lambda_powertools import Logger
from botocore.exceptions import BotoCoreError, ClientError

from payment_score.domain import PROFILE, VELOCITY, assess, payment_of
from payment_score.store import LatestPayments, Profiles
from wellmade_runtime.cache_client import cache_client
from wellmade_runtime.clients import dynamodb_client
from wellmade_runtime.http_responses import json_response, request_body
from wellmade_runtime.lookups import Lookups
from wellmade_runtime.messages import InvalidMessageError
from wellmade_runtime.variables import TABLE_NAME

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

FAILURES = (BotoCoreError, ClientError, redis.RedisError)

logger = Logger()
profiles = Profiles(dynamodb_client(), os.environ[TABLE_NAME])
latest = LatestPayments(cache_client())
lookups = Lookups.from_environment(failures=FAILURES)


def open_connections() -> None:
    """Connect to both stores while the function starts: handshakes would use up the first caller's time."""
    with suppress(*FAILURES):
        profiles.find("nobody")
    with suppress(*FAILURES):
        latest.open()


open_connections()


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: "LambdaContext") -> dict[str, Any]:  # noqa: ARG001 - Lambda gives both
    """Answer a request with a score; every error is JSON with what was wrong."""
    try:
        payment = payment_of(request_body(event))
    except InvalidMessageError as error:
        return json_response(HTTPStatus.BAD_REQUEST, {"error": str(error)})
    profile = lookups.ask(PROFILE, lambda: profiles.find(payment.account))
    recent = lookups.ask(VELOCITY, lambda: latest.add(payment))
    if profile is None and recent is None:
        body = {"error": "nothing is known of the account right now; please send it again"}
        return json_response(HTTPStatus.SERVICE_UNAVAILABLE, body)
    return json_response(HTTPStatus.OK, assess(payment, profile, recent).as_json())

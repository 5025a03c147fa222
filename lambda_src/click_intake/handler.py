"""Take clicks over HTTP and write them to the stream: the wiring."""

import os
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools import Logger

from click_intake.domain import records
from shared.aws import kinesis_client
from shared.http import json_answer
from shared.messages import InvalidMessageError
from shared.stream_producer import NotWrittenError, Producer

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

logger = Logger()
store = Producer(kinesis_client(), os.environ["STREAM_NAME"])


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: "LambdaContext") -> dict[str, Any]:  # noqa: ARG001 - Lambda gives both
    """Answer 202 once all clicks are in the stream; 400 names what is wrong, 503 asks to send them again."""
    try:
        clicks = records(event.get("body") or "")
        store.put(clicks)
    except InvalidMessageError as error:
        return json_answer(HTTPStatus.BAD_REQUEST, {"error": str(error)})
    except NotWrittenError:
        logger.exception("clicks were not taken")
        return json_answer(HTTPStatus.SERVICE_UNAVAILABLE, {"error": "not taken, please send them again"})
    return json_answer(HTTPStatus.ACCEPTED, {"clicks": len(clicks)})

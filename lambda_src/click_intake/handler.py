"""Take clicks over HTTP and write them to the stream: the wiring."""

import os
import time
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools import Logger

from click_intake.domain import records
from wellmade_runtime.clients import kinesis_client
from wellmade_runtime.http_responses import json_response, request_body
from wellmade_runtime.messages import InvalidMessageError, MessageTooLargeError
from wellmade_runtime.stream_producer import NotWrittenError, StreamProducer
from wellmade_runtime.variables import STREAM_NAME

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

logger = Logger()
store = StreamProducer(kinesis_client(), os.environ[STREAM_NAME])


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: "LambdaContext") -> dict[str, Any]:  # noqa: ARG001 - Lambda gives both
    """Answer 202 once all clicks are in the stream; 400 and 413 name what is wrong, 503 asks again."""
    try:
        clicks = records(request_body(event), time.time())
        store.put(clicks)
    except MessageTooLargeError as error:
        return json_response(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, {"error": str(error)})
    except InvalidMessageError as error:
        return json_response(HTTPStatus.BAD_REQUEST, {"error": str(error)})
    except NotWrittenError:
        logger.exception("clicks were not taken")
        return json_response(HTTPStatus.SERVICE_UNAVAILABLE, {"error": "not taken, please send them again"})
    return json_response(HTTPStatus.ACCEPTED, {"clicks": len(clicks)})

"""Requests and responses over HTTP, as API Gateway passes them."""

import base64
import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from wellmade_runtime.messages import InvalidMessageError


def request_body(event: Mapping[str, Any]) -> str:
    """Return the body of a request; API Gateway encodes it where its type is no text.

    Raises:
        InvalidMessageError: If it is no UTF-8.
    """
    body = event.get("body") or ""
    if not event.get("isBase64Encoded"):
        return str(body)
    try:
        return base64.b64decode(body, validate=True).decode()
    except ValueError:
        raise InvalidMessageError("body must be UTF-8") from None


def json_response(status: HTTPStatus, body: Mapping[str, Any]) -> dict[str, Any]:
    """Return a response as API Gateway takes it."""
    return {
        "statusCode": status.value,
        "headers": {"content-type": "application/json"},
        "body": json.dumps(body),
    }

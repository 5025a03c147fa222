"""Responses to requests over HTTP."""

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any


def json_response(status: HTTPStatus, body: Mapping[str, Any]) -> dict[str, Any]:
    """Return a response as API Gateway takes it."""
    return {
        "statusCode": status.value,
        "headers": {"content-type": "application/json"},
        "body": json.dumps(body),
    }

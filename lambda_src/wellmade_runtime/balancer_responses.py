"""Requests and responses over HTTP, as an application load balancer passes them with all values of a header.

Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html
"""

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote_plus


def query_values(event: Mapping[str, Any], name: str) -> list[str]:
    """Return all values of a query parameter, decoded: the load balancer passes them as they were sent."""
    given = event.get("multiValueQueryStringParameters") or {}
    return [
        unquote_plus(value) for key, values in given.items() if unquote_plus(key) == name for value in values
    ]


def balancer_response(
    status: HTTPStatus, body: Mapping[str, Any], *, headers: Mapping[str, list[str]] | None = None
) -> dict[str, Any]:
    """Return a response as a load balancer takes it; any other answer gives the caller 502.

    Args:
        status: What came of the request.
        body: Written as JSON.
        headers: More headers with all their values, such as cookies. Default: none.
    """
    return {
        "statusCode": status.value,
        "statusDescription": f"{status.value} {status.phrase}",
        "isBase64Encoded": False,
        "multiValueHeaders": {"content-type": ["application/json"], **(headers or {})},
        "body": json.dumps(body),
    }

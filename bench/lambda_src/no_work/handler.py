"""Answers every request, and does nothing."""

from typing import Any


def handler(event: object, context: object) -> dict[str, Any]:  # noqa: ARG001 - Lambda gives both
    """Answer."""
    return {"statusCode": 200, "headers": {"content-type": "application/json"}, "body": "{}"}

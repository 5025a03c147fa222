"""Answers with what it was sent."""

import json
from typing import Any


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:  # noqa: ARG001 - Lambda gives both
    """Answer an event of either kind of API."""
    asked = event.get("requestContext", {})
    seen = {
        "body": event.get("body"),
        "path": event.get("pathParameters"),
        "route": event.get("routeKey") or f"{event.get('httpMethod')} {event.get('resource')}",
        "authorizer": asked.get("authorizer"),
        "domain": asked.get("domainName"),
        "headers": sorted(event.get("headers") or {}),
    }
    return {
        "statusCode": 200,
        "headers": {"content-type": "application/json"},
        "body": json.dumps(seen, default=str),
    }

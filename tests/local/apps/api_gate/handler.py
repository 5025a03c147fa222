"""Lets in who knows the word, and counts how often it is asked."""

from typing import Any

WORD = "open sesame"
_asked = 0


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:  # noqa: ARG001 - Lambda gives both
    """Answer as an HTTP API wants it, or as a REST API does."""
    global _asked  # noqa: PLW0603 - one copy runs, and the test wants to know how often
    _asked += 1
    headers = {name.lower(): value for name, value in event["headers"].items()}
    is_known = headers.get("authorization") == WORD
    if "methodArn" not in event:
        return {"isAuthorized": is_known, "context": {"asked": str(_asked)}}
    statement = {
        "Action": "execute-api:Invoke",
        "Effect": "Allow" if is_known else "Deny",
        "Resource": event["methodArn"],
    }
    return {
        "principalId": "ali",
        "policyDocument": {"Version": "2012-10-17", "Statement": [statement]},
        "context": {"asked": str(_asked)},
    }

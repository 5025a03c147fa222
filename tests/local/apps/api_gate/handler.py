"""Lets in who knows the word, and counts how often it is asked."""

from typing import Any

WORD = "open sesame"
_asked = 0


def handler(event: dict[str, Any], _: object) -> dict[str, Any]:
    """Answer as an HTTP API wants it, or as a REST API does."""
    global _asked  # noqa: PLW0603 - one copy runs, and the test wants to know how often
    _asked += 1
    headers = {name.lower(): value for name, value in event["headers"].items()}
    is_known = headers.get("authorization") == WORD
    context = {"asked": str(_asked), "headers": " ".join(event["headers"])}
    if "methodArn" not in event:
        return {"isAuthorized": is_known, "context": context}
    statement = {
        "Action": "execute-api:Invoke",
        "Effect": "Allow" if is_known else "Deny",
        "Resource": event["methodArn"],
    }
    return {
        "principalId": "ali",
        "policyDocument": {"Version": "2012-10-17", "Statement": [statement]},
        "context": context,
    }

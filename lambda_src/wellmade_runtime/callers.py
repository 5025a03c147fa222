"""Who has sent a request to an HTTP API: whose is what is kept for it.

`AsyncApi` has no function that could ask this: its mapping templates write the same text, and a test holds
the two together.
"""

from collections.abc import Mapping
from typing import Any, Literal

from wellmade_runtime.messages import InvalidMessageError

Told = Literal["iam", "jwt", "lambda", "none"]
"""What tells of callers, as the variable `API_AUTHORIZER` says; `none` lets everybody in."""
EVERYONE = "everyone"


def caller_of(event: Mapping[str, Any], authorizer: str) -> str:
    """Return who has sent a request.

    Of a role that is its id without the session, which changes while the program stays the same; of an
    identity pool, whose callers share a role, the identity; of a token issuer and subject.

    Args:
        event: Of the request, in version 2.0.
        authorizer: One of `Told`.

    Raises:
        InvalidMessageError: If the authorizer has not told it: then all callers would be one.
    """
    if authorizer == "none":
        return EVERYONE
    told = (event["requestContext"].get("authorizer") or {}).get(authorizer) or {}
    if authorizer == "jwt":
        claims = told.get("claims") or {}
        if not claims.get("sub"):
            raise InvalidMessageError("the token must tell its subject, sub")
        return f"{claims['iss']} {claims['sub']}"
    found = _signer(told) if authorizer == "iam" else told.get("principalId")
    if not isinstance(found, str) or not found:
        what = "principalId in its context" if authorizer == "lambda" else "who has signed the request"
        raise InvalidMessageError(f"the authorizer must tell {what}")
    return found


def _signer(told: Mapping[str, Any]) -> str | None:
    identity = (told.get("cognitoIdentity") or {}).get("identityId")
    caller: str | None = identity or told.get("callerId")
    # An id of an identity pool has a colon of its own.
    return caller if identity or not caller else caller.partition(":")[0]

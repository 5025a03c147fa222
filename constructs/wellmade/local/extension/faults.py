"""Addition: a share of the calls that functions and programs make goes wrong, on request.

Half of those are throttled before anything happened; the other half takes effect, but its answer never
arrives, so that the caller runs into its own timeout and does not know. Calls of the machine's user, whose
keys are no session of a role, and of the CDK's command line always go well.
"""

import asyncio
import json
import logging
import random
import re
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]

logger: logging.Logger = logging.getLogger("faults")

LONGEST_WAIT = 60
"""Seconds; boto3's own default timeout, after which nobody waits for an answer any more."""
_CALL = re.compile(rb"Credential=ASIA\w+/\d+/[\w-]+/([\w-]+)/aws4_request")
_THROTTLES = dict.fromkeys(
    (b"dynamodb", b"kinesis"), "ProvisionedThroughputExceededException"
) | dict.fromkeys((b"events", b"sqs", b"states"), "ThrottlingException")
"""What services that speak JSON answer when they are called too often."""


def faulty(app: App, share: float, chance: random.Random) -> App:
    """Return the app with faults.

    Args:
        app: Serves every call.
        share: Of the calls of functions and programs, from 0 to 1.
        chance: Decides which.
    """

    async def serve(scope: Message, receive: Receive, send: Send) -> None:
        service = _calls(scope)
        if service is None or chance.random() >= share:
            await app(scope, receive, send)
        elif service in _THROTTLES and chance.random() < 0.5:
            logger.info("throttled a call of %s", service.decode())
            await _refuse(_THROTTLES[service], receive, send)
        else:
            logger.info("lost the answer to a call of %s", service.decode())
            await app(scope, receive, _discard)
            await _until_gone(receive)

    return serve


def _calls(scope: Message) -> bytes | None:
    """Return the service that a function or program calls; None for every other request."""
    headers = dict(scope.get("headers", []))
    if b"aws-cdk" in headers.get(b"user-agent", b""):
        return None  # deploys, with roles of its own
    found = _CALL.search(headers.get(b"authorization", b""))
    return found and found[1]


async def _refuse(error: str, receive: Receive, send: Send) -> None:
    while (await receive()).get("more_body"):
        pass
    body = json.dumps({"__type": error, "message": "Rate exceeded"}).encode()
    headers = [
        (b"content-type", b"application/x-amz-json-1.0"),
        (b"content-length", str(len(body)).encode()),
    ]
    await send({"type": "http.response.start", "status": 400, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def _discard(message: Message) -> None:
    """Keep an answer from its caller."""


async def _until_gone(receive: Receive) -> None:
    """Wait until the caller has hung up, which an unanswered request ends with."""

    async def gone() -> None:
        while (await receive())["type"] != "http.disconnect":
            pass

    try:
        await asyncio.wait_for(gone(), LONGEST_WAIT)
    except TimeoutError:
        return

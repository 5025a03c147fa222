"""Answers of a function to CloudFormation, which waits for one while it deploys.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/crpg-ref-responses.html
"""

import json
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import Any

ATTEMPTS = 4
SECONDS = 10
"""For one attempt to answer."""
MOST_CHARACTERS = 1_000
"""Of a reason: an answer may have 4 KB in all."""


def answer(event: Mapping[str, Any], failure: str | None = None) -> None:
    """Tell CloudFormation that a change is done, or why it failed; what it waits for goes on at once.

    The resource keeps one physical id, so that no change of it deletes the one before.

    Args:
        event: What CloudFormation sent.
        failure: Why it failed; nothing secret: everybody who sees the stack reads it. Default: it did not.

    Raises:
        OSError: If the answer does not arrive; CloudFormation then waits for the resource's timeout.
    """
    told = {
        "Status": "FAILED" if failure else "SUCCESS",
        "Reason": (failure or "done")[:MOST_CHARACTERS],
        "PhysicalResourceId": event.get("PhysicalResourceId") or _physical_id(event),
        **{name: event[name] for name in ("StackId", "RequestId", "LogicalResourceId")},
    }
    _put(event["ResponseURL"], json.dumps(told).encode())


def _physical_id(event: Mapping[str, Any]) -> str:
    return f"{event['StackId'].rpartition('/')[2]}-{event['LogicalResourceId']}"


def _put(url: str, body: bytes) -> None:
    """Send a body to a signed URL, of which no content type is a part."""
    request = urllib.request.Request(url, data=body, method="PUT", headers={"Content-Type": ""})  # noqa: S310 - of CloudFormation
    for attempt in range(1, ATTEMPTS + 1):
        try:
            with urllib.request.urlopen(request, timeout=SECONDS):  # noqa: S310 - as above
                return
        except OSError as error:
            if attempt == ATTEMPTS:
                # Without the URL, which is signed: who has it may answer.
                raise OSError(f"CloudFormation was not answered: {type(error).__name__}") from None
            time.sleep(attempt)

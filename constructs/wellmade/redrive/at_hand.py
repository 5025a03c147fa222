"""The embedded AWS of this folder: meant where nothing else is said, and then names are logical ids, too."""

import os
import re
from urllib.parse import urlsplit

from wellmade.local.access import ACCOUNT
from wellmade.local.deployed import deployed_or_none, find
from wellmade.local.here import find_cloud
from wellmade.local.server import LocalCloud

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
SAYS_OTHERWISE = (
    "AWS_ENDPOINT_URL",
    "AWS_ENDPOINT_URL_SQS",
    "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE",
    "AWS_ACCESS_KEY_ID",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
)
"""Who has set one of these speaks of that AWS; a default profile in a file was not set for this command."""
_ACCOUNT = re.compile(r"^(?:arn:[^:]*:[^:]*:[^:]*:|https?://[^/]+/)(\d{12})[:/]")
_QUEUE = "AWS::SQS::Queue"


def cloud_at_hand(queue: str, endpoint_url: str | None, to: str | None = None) -> LocalCloud | None:
    """Return the embedded AWS that runs in this folder if it is the one that is meant.

    It is, if `endpoint_url`, the queue's URL or the environment's endpoint names it, as in a shell that
    `wellmade local env` told of it; or if nothing names an AWS: no endpoint, no variable with a profile or
    credentials, and no ARN or URL of an account, neither of the queue nor of the target.
    """
    cloud = find_cloud()
    if cloud is None:
        return None
    named = endpoint_url or (queue if urlsplit(queue).hostname in LOOPBACK else None) or _of_the_shell()
    if named:
        parts = urlsplit(named)
        ours = parts.hostname in LOOPBACK and parts.port == urlsplit(cloud.endpoint).port
        return cloud if ours else None
    if any(os.environ.get(name) for name in SAYS_OTHERWISE):
        return None
    accounts = [found[1] for name in (queue, to or "") if (found := _ACCOUNT.match(name))]
    return None if set(accounts) - {ACCOUNT} else cloud


def _of_the_shell() -> str | None:
    return os.environ.get("AWS_ENDPOINT_URL_SQS") or os.environ.get("AWS_ENDPOINT_URL")


def queue_named(cloud: LocalCloud | None, name: str) -> str:
    """Return the URL of the queue with this logical id, or a beginning of one; else the name as it was given.

    Raises:
        WellmadeError: If several queues begin so.
    """
    if cloud is None or ":" in name:
        return name
    queues = [each for each in deployed_or_none(cloud) if each.type == _QUEUE]
    if any(name == each.name or each.logical_id.startswith(name) for each in queues):
        return find(queues, _QUEUE, name).physical_id
    return name

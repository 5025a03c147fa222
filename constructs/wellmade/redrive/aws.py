"""Reach AWS, or the embedded AWS, and say in one line when that fails."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urlsplit

import boto3
from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    NoCredentialsError,
    NoRegionError,
    ParamValidationError,
)

from wellmade.errors import WellmadeError
from wellmade.local.here import find_cloud

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
NEEDED = "--policy prints what is needed"
_REGION = re.compile(r"^(?:arn:[^:]+:sqs:|https?://sqs\.)([a-z0-9-]+)[:.]")


class Aws(Protocol):
    """An AWS that clients are made for: a connection, or a local cloud."""

    def client(self, service: str) -> Any:
        """Return a client of a service."""


@dataclass(frozen=True)
class Connection:
    """Where the queue lives."""

    session: boto3.Session
    endpoint: str | None

    def client(self, service: str) -> Any:
        """Return a client that retries throttled calls."""
        retries = Config(retries={"mode": "standard", "max_attempts": 5})
        return self.session.client(service, endpoint_url=self.endpoint, config=retries)

    def sender(self, service: str) -> Any:
        """Return a client that makes each call once: one without an answer may have been done."""
        once = Config(retries={"mode": "standard", "total_max_attempts": 1})
        return self.session.client(service, endpoint_url=self.endpoint, config=once)


def connect(queue: str, endpoint_url: str | None) -> Connection:
    """Choose region and endpoint by the name of the queue.

    The region is the one in the ARN or URL, else the configured one. A queue URL on this machine names its
    own endpoint, and an endpoint on this machine needs no credentials: real ones are never sent to it.
    """
    endpoint = endpoint_url or _loopback(queue)
    found = _REGION.match(queue)
    region = found[1] if found else None
    if endpoint is None or urlsplit(endpoint).hostname not in LOOPBACK:
        return Connection(boto3.Session(region_name=region), endpoint)
    configured = region or boto3.Session().region_name or "us-east-1"
    local = boto3.Session("test", _secret_of(endpoint), region_name=configured)
    return Connection(local, endpoint)


def _secret_of(endpoint: str) -> str:
    """Return what requests to this endpoint are signed with: known for the embedded AWS of this folder.

    And for the one that the environment names, whose keys are then beside its name.
    """
    port = urlsplit(endpoint).port
    if (cloud := find_cloud()) and urlsplit(cloud.endpoint).port == port:
        return cloud.secret_key
    named = urlsplit(os.environ.get("AWS_ENDPOINT_URL", ""))
    if named.hostname in LOOPBACK and named.port == port:
        return os.environ.get("AWS_SECRET_ACCESS_KEY", "test")
    return "test"


@contextmanager
def one_line() -> Iterator[None]:
    """Turn what AWS or the network says into one line for the person at the keyboard."""
    try:
        yield
    except NoCredentialsError as error:
        raise WellmadeError(
            "no AWS credentials; configure them with `aws configure` or AWS_PROFILE"
        ) from error
    except NoRegionError as error:
        raise WellmadeError(
            "no AWS region; name it with AWS_DEFAULT_REGION, or give the queue's URL or ARN"
        ) from error
    except (ClientError, BotoCoreError) as error:
        raise WellmadeError(explain(error)) from error


def was_refused(error: ClientError | BotoCoreError) -> bool:
    """Tell whether AWS has answered that nothing was done: every answer but that of a fault on its side."""
    if not isinstance(error, ClientError):
        return isinstance(error, NoCredentialsError | NoRegionError | ParamValidationError)
    return int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 400)) < 500


def is_throttled(error: ClientError | BotoCoreError) -> bool:
    """Tell whether the same call may go through a moment later."""
    code = error.response["Error"]["Code"] if isinstance(error, ClientError) else ""
    return any(word in code for word in ("Throttl", "TooManyRequests", "OverLimit"))


def explain(error: ClientError | BotoCoreError) -> str:
    """Say what failed without the ceremony of the SDK."""
    if isinstance(error, ClientError):
        details = error.response["Error"]
        said = f"{error.operation_name}: {details['Code']}: {' '.join(details['Message'].split())}"
        return f"{said} ({NEEDED})" if _is_denied(details["Code"]) else said
    return " ".join(str(error).split())


def _is_denied(code: str) -> bool:
    return "AccessDenied" in code or "KMS" in code or code.startswith(("Kms", "UnauthorizedOperation"))


def _loopback(queue: str) -> str | None:
    parts = urlsplit(queue)
    return f"{parts.scheme}://{parts.netloc}" if parts.hostname in LOOPBACK else None

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
    ConnectTimeoutError,
    EndpointConnectionError,
    HTTPClientError,
    NoCredentialsError,
    NoRegionError,
    ParamValidationError,
    ReadTimeoutError,
)
from botocore.exceptions import ConnectionError as BotoConnectionError

from wellmade.errors import WellmadeError
from wellmade.local.here import find_cloud
from wellmade.redrive.answers import watch
from wellmade.redrive.at_hand import LOOPBACK

CONNECT_SECONDS = 5
ANSWER_SECONDS = 15
"""An answer takes milliseconds, a long poll a second; whoever is silent for longer will stay so."""
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
        """Return a client that retries what was throttled or got no answer, for a minute at most."""
        return self._client(service, attempts=3)

    def sender(self, service: str) -> Any:
        """Return a client that makes each call once: one without an answer may have been done."""
        return self._client(service, attempts=1)

    def _client(self, service: str, *, attempts: int) -> Any:
        config = Config(
            retries={"mode": "standard", "total_max_attempts": attempts},
            connect_timeout=CONNECT_SECONDS,
            read_timeout=ANSWER_SECONDS,
        )
        return watch(self.session.client(service, endpoint_url=self.endpoint, config=config))


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
    """Tell whether AWS has answered that nothing was done: no fault on its side, no page of a proxy."""
    if not isinstance(error, ClientError):
        return isinstance(error, _NOT_SENT)
    status = int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 400))
    return status in _REFUSALS and not code_of(error).isdecimal()  # a page of a proxy has no code of AWS


def is_throttled(error: ClientError | BotoCoreError) -> bool:
    """Tell whether the same call may go through a moment later."""
    code = code_of(error) if isinstance(error, ClientError) else ""
    return any(word in code for word in ("Throttl", "TooManyRequests", "OverLimit"))


def code_of(error: ClientError) -> str:
    """Return AWS's word for an error, or the status where the answer has none."""
    found = error.response.get("Error", {}).get("Code")
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return str(found or status)


def explain(error: ClientError | BotoCoreError) -> str:
    """Say what failed without the ceremony of the SDK."""
    if isinstance(error, ClientError):
        code = code_of(error)
        message = " ".join(str(error.response.get("Error", {}).get("Message") or "no message").split())
        said = f"{error.operation_name}: {code}: {message if len(message) < 500 else message[:497] + '...'}"
        return f"{said} ({NEEDED})" if _is_denied(code) else said
    if isinstance(error, ReadTimeoutError):
        return f"{error.kwargs['endpoint_url']}: no answer within {ANSWER_SECONDS} seconds; is it up?"
    return " ".join(str(error).split())


def is_silent(error: ClientError | BotoCoreError) -> bool:
    """Tell whether nobody answers there, so that one more call would wait in vain."""
    return isinstance(error, HTTPClientError | BotoConnectionError)


_NOT_SENT = (
    NoCredentialsError,
    NoRegionError,
    ParamValidationError,
    EndpointConnectionError,
    ConnectTimeoutError,
)
"""Faults before the first byte."""
_REFUSALS = frozenset(range(400, 500)) - {408}


def _is_denied(code: str) -> bool:
    return "AccessDenied" in code or "KMS" in code or code.startswith(("Kms", "UnauthorizedOperation"))


def _loopback(queue: str) -> str | None:
    parts = urlsplit(queue)
    return f"{parts.scheme}://{parts.netloc}" if parts.hostname in LOOPBACK else None

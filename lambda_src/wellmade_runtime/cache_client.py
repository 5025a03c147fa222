"""A client of the cache that `SessionCache` defines: in TLS, logged in by IAM."""

import os
from typing import Any

import boto3
import redis
from botocore.model import ServiceId
from botocore.signers import RequestSigner
from redis.backoff import NoBackoff
from redis.retry import Retry

from wellmade_runtime.variables import CACHE_HOST, CACHE_NAME, CACHE_PORT, CACHE_USER

TOKEN_LIFETIME = 900
"""Seconds. Source: https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/auth-iam.html"""
TIMEOUT = 1.0
"""Seconds for a connection, and for each answer."""


def cache_client() -> "redis.Redis":
    """Return a client of the cache that the function was connected to.

    Connections are opened by the first calls, and logged in with a token that is signed for each.
    `CACHE_TLS` set to `off` speaks plainly and logs nobody in, as the cache of a laptop takes it.
    """
    is_secure = os.environ.get("CACHE_TLS", "on") == "on"
    provider = _IamToken(os.environ[CACHE_NAME], os.environ[CACHE_USER]) if is_secure else None
    return redis.Redis(
        host=os.environ[CACHE_HOST],
        port=int(os.environ[CACHE_PORT]),
        ssl=is_secure,
        credential_provider=provider,
        decode_responses=True,
        socket_timeout=TIMEOUT,
        socket_connect_timeout=TIMEOUT,
        socket_keepalive=True,
        # Whoever asks decides whether it is worth another try.
        retry=Retry(NoBackoff(), 0),
    )


class _IamToken(redis.CredentialProvider):
    """A login that is signed for each connection."""

    def __init__(self, name: str, user: str) -> None:
        self._name, self._user = name, user
        self._session = boto3.Session()

    def get_credentials(self) -> tuple[str, str]:
        """Return the user and a token of 15 minutes."""
        session = self._session
        region, credentials = session.region_name, session.get_credentials()
        if credentials is None:
            raise redis.AuthenticationError("there are no credentials to sign a login with")
        signer = RequestSigner(
            ServiceId("elasticache"), region, "elasticache", "v4", credentials, session.events
        )
        request: dict[str, Any] = {
            "method": "GET",
            "url": f"https://{self._name}/?Action=connect&User={self._user}",
            "body": {},
            "headers": {},
            "context": {},
        }
        url = signer.generate_presigned_url(
            request, operation_name="connect", expires_in=TOKEN_LIFETIME, region_name=region
        )
        return self._user, str(url).removeprefix("https://")

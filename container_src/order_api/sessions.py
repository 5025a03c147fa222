"""Sessions in the cache, where every task finds them."""

import secrets
from typing import Any

import boto3
import redis
from botocore.model import ServiceId
from botocore.signers import RequestSigner
from redis.backoff import NoBackoff
from redis.retry import Retry

from order_api.settings import CacheSettings

LIFETIME = 30 * 60
"""Seconds without a request after which one has to log in again."""
TOKEN_LIFETIME = 900


class Sessions:
    """Who is logged in."""

    def __init__(self, settings: CacheSettings) -> None:
        provider = _IamToken(settings) if settings.tls else None
        self._cache: redis.Redis = redis.Redis(
            host=settings.host,
            port=settings.port,
            ssl=settings.tls,
            credential_provider=provider,
            decode_responses=True,
            socket_timeout=2,
            socket_connect_timeout=2,
            # A request waits for it: one more try, at once.
            retry=Retry(NoBackoff(), 1),
        )

    def begin(self, customer: str) -> str:
        """Log a customer in and return the session's token."""
        token = secrets.token_urlsafe(32)
        self._cache.set(_key(token), customer, ex=LIFETIME)
        return token

    def customer(self, token: str) -> str | None:
        """Return who a token belongs to, and let the session live on."""
        found = self._cache.getex(_key(token), ex=LIFETIME)
        return str(found) if found else None

    def answers(self) -> bool:
        """Tell whether the cache answers."""
        try:
            return bool(self._cache.ping())
        except redis.RedisError:
            return False

    def close(self) -> None:
        """Give the connections back."""
        self._cache.close()


def _key(token: str) -> str:
    return f"session:{token}"


class _IamToken(redis.CredentialProvider):
    """A login that is signed for each connection.

    Source: https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/auth-iam.html
    """

    def __init__(self, settings: CacheSettings) -> None:
        self._settings = settings

    def get_credentials(self) -> tuple[str, str]:
        """Return the user and a token of 15 minutes."""
        session = boto3.Session()
        region, credentials = session.region_name, session.get_credentials()
        if credentials is None:
            raise redis.AuthenticationError("there are no credentials to sign a login with")
        signer = RequestSigner(
            ServiceId("elasticache"),
            region,
            "elasticache",
            "v4",
            credentials,
            session.events,
        )
        user = self._settings.user
        request: dict[str, Any] = {
            "method": "GET",
            "url": f"https://{self._settings.name}/?Action=connect&User={user}",
            "body": {},
            "headers": {},
            "context": {},
        }
        url = signer.generate_presigned_url(
            request, operation_name="connect", expires_in=TOKEN_LIFETIME, region_name=region
        )
        return user, str(url).removeprefix("https://")

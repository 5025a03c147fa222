"""Sessions in the cache, where every task finds them."""

import secrets

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from order_api.cache_login import IamLogin
from order_api.settings import CacheSettings

LIFETIME = 30 * 60
"""Seconds without a request after which one has to log in again."""


class Sessions:
    """Who is logged in."""

    def __init__(self, settings: CacheSettings) -> None:
        provider = IamLogin(settings.name, settings.user) if settings.tls else None
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

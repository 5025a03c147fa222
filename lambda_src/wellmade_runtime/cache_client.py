"""A client of the cache that `SessionCache` defines: in TLS, logged in by IAM."""

import os

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from wellmade_runtime.cache_login import IamLogin
from wellmade_runtime.variables import CACHE_HOST, CACHE_NAME, CACHE_PORT, CACHE_USER

TIMEOUT = 1.0
"""Seconds for a connection, and for each answer."""


def cache_client() -> "redis.Redis":
    """Return a client of the cache that the function was connected to.

    Connections are opened by the first calls, and logged in with a token that is signed for each.
    `CACHE_TLS` set to `off` speaks plainly and logs nobody in, as the cache of a laptop takes it.
    """
    is_secure = os.environ.get("CACHE_TLS", "on") == "on"
    provider = IamLogin(os.environ[CACHE_NAME], os.environ[CACHE_USER]) if is_secure else None
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

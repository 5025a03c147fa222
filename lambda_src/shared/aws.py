"""AWS clients, built once while the function starts."""

import os

import boto3
from botocore.config import Config

SESSION = boto3.Session()
"""Shared, because each session parses the service models of its clients anew."""


def config(function_timeout: float) -> Config:
    """Return client settings that fit into a function's timeout, in seconds.

    A call that hangs must fail while there is time to try again and to report the record as failed:
    one attempt waits a quarter of the timeout for an answer, at least 0.5 s and at most 10 s, and half
    as long for the connection. There is one retry; after that redelivery is the retry.
    """
    read = min(max(function_timeout / 4, 0.5), 10.0)
    return Config(
        connect_timeout=read / 2,
        read_timeout=read,
        retries={"mode": "standard", "total_max_attempts": 2},
        max_pool_connections=50,
        tcp_keepalive=True,
    )


CONFIG = config(float(os.environ.get("FUNCTION_TIMEOUT_SECONDS", "4")))
"""For every client of the function. `FUNCTION_TIMEOUT_SECONDS` tells the timeout. Default: 4."""

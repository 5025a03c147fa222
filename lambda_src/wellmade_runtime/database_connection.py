"""A connection to the database that `RelationalStore` defines: by its proxy, in TLS, logged in by IAM."""

import os
from typing import Any

import boto3
import psycopg
from botocore.httpsession import get_cert_path

from wellmade_runtime.variables import DATABASE_HOST, DATABASE_NAME, DATABASE_PORT, DATABASE_USER

TIMEOUT = 5
"""Seconds for a connection."""


def connect_database() -> psycopg.Connection[Any]:
    """Return a new connection, logged in with a token that is signed for it.

    `DATABASE_TLS` set to `disable` speaks plainly and logs in without a token, as the database of a laptop
    takes it. Nothing is prepared on the server, which would keep the proxy's connection for this client.

    Raises:
        psycopg.OperationalError: If the database does not answer, or lets nobody in.
    """
    host, port, user = os.environ[DATABASE_HOST], int(os.environ[DATABASE_PORT]), os.environ[DATABASE_USER]
    is_plain = os.environ.get("DATABASE_TLS") == "disable"
    return psycopg.connect(
        host=host,
        port=port,
        user=user,
        dbname=os.environ[DATABASE_NAME],
        connect_timeout=TIMEOUT,
        prepare_threshold=None,
        **({"sslmode": "disable"} if is_plain else _secured(host, port, user)),
    )


def _secured(host: str, port: int, user: str) -> dict[str, Any]:
    """Return a token of 15 minutes, and the authorities of botocore: the proxy's certificate is Amazon's."""
    token = boto3.client("rds").generate_db_auth_token(DBHostname=host, Port=port, DBUsername=user)
    return {"password": token, "sslmode": "verify-full", "sslrootcert": get_cert_path(verify=True)}

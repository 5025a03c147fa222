"""A connection to the database that `RelationalStore` defines: by its proxy, in TLS, logged in by IAM."""

import os
from typing import Any
from urllib.parse import urlencode

import boto3
import psycopg
from botocore.httpsession import get_cert_path
from botocore.model import ServiceId
from botocore.signers import RequestSigner

from wellmade_runtime.variables import DATABASE_HOST, DATABASE_NAME, DATABASE_PORT, DATABASE_USER

TIMEOUT = 5
"""Seconds for a connection."""
TOKEN_LIFETIME = 900
"""Seconds. Source: https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/UsingWithRDS.IAMDBAuth.html"""


def connect_database(host_variable: str = DATABASE_HOST) -> psycopg.Connection[Any]:
    """Return a new connection, logged in with a token that is signed for it.

    `DATABASE_TLS` set to `disable` speaks plainly and logs in without a token, as the database of a laptop
    takes it. Nothing is prepared on the server, which would keep the proxy's connection for this client.

    Args:
        host_variable: What names the host: `DATABASE_READER_HOST` reads in either region of a global
            database. Default: `DATABASE_HOST`, where one writes.

    Raises:
        psycopg.OperationalError: If the database does not answer, or lets nobody in.
    """
    host, port, user = os.environ[host_variable], int(os.environ[DATABASE_PORT]), os.environ[DATABASE_USER]
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
    """Return a token, and the authorities of botocore: the proxy's certificate is Amazon's."""
    password = login_token(host, port, user)
    return {"password": password, "sslmode": "verify-full", "sslrootcert": get_cert_path(verify=True)}


def login_token(host: str, port: int, user: str) -> str:
    """Return a token of 15 minutes, signed on the spot: no client of RDS is built for it.

    Raises:
        psycopg.OperationalError: If there are no credentials to sign with.
    """
    session = boto3.Session()
    region, credentials = session.region_name, session.get_credentials()
    if credentials is None:
        raise psycopg.OperationalError("there are no credentials to sign a login with")
    signer = RequestSigner(ServiceId("rds"), region, "rds-db", "v4", credentials, session.events)
    request: dict[str, Any] = {
        "method": "GET",
        "url": f"https://{host}:{port}/?{urlencode({'Action': 'connect', 'DBUser': user})}",
        "body": {},
        "headers": {},
        "context": {},
    }
    url = signer.generate_presigned_url(
        request, operation_name="connect", expires_in=TOKEN_LIFETIME, region_name=region
    )
    return str(url).removeprefix("https://")

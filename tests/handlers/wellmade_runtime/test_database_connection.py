"""A login to the database is what the SDK would sign, and goes over TLS that is verified."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import boto3
import psycopg
import pytest

from wellmade_runtime.database_connection import connect_database, login_token

HOST = "orders.proxy-0123456789ab.eu-west-1.rds.amazonaws.com"


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    told = {
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_SESSION_TOKEN": "session",
        "DATABASE_HOST": HOST,
        "DATABASE_PORT": "5432",
        "DATABASE_NAME": "app",
        "DATABASE_USER": "app user",
    }
    for name, value in told.items():
        monkeypatch.setenv(name, value)


def signed(token: str) -> dict[str, list[str]]:
    found = parse_qs(urlsplit(f"https://{token}").query)
    return {name: value for name, value in found.items() if name not in ("X-Amz-Date", "X-Amz-Signature")}


def test_the_token_is_that_of_the_sdk() -> None:
    client: Any = boto3.Session().client("rds")  # not of a session that other tests began, as others
    for _ in range(20):  # until both are of one second
        ours = login_token(HOST, 5432, "app user")
        theirs = client.generate_db_auth_token(DBHostname=HOST, Port=5432, DBUsername="app user")
        assert signed(ours) == signed(theirs)
        if ours == theirs:
            return
    pytest.fail("no two tokens of one second are the same")


def test_the_certificate_is_verified(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[dict[str, Any]] = []
    monkeypatch.setattr(psycopg, "connect", lambda **options: given.append(options))
    connect_database()
    assert given[0]["sslmode"] == "verify-full"
    assert given[0]["sslrootcert"].endswith(".pem")
    assert given[0]["password"].startswith(f"{HOST}:5432/?")


def test_without_credentials_nobody_logs_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(boto3.Session, "get_credentials", lambda _: None)
    with pytest.raises(psycopg.OperationalError, match="no credentials to sign a login with"):
        connect_database()

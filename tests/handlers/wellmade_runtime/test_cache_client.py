"""The cache's client: what it logs in with, and where it connects."""

from urllib.parse import parse_qs, urlsplit

import pytest

from wellmade_runtime.cache_client import cache_client


@pytest.fixture
def connected(monkeypatch: pytest.MonkeyPatch) -> None:
    """What `SessionCache.connect` sets, and keys to sign with."""
    for name, value in {
        "CACHE_HOST": "scores.cache.amazonaws.com",
        "CACHE_PORT": "6380",
        "CACHE_NAME": "scores-1",
        "CACHE_USER": "scores-user",
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_ACCESS_KEY_ID": "AKIAEXAMPLE",
        "AWS_SECRET_ACCESS_KEY": "example",
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("CACHE_TLS", raising=False)


@pytest.mark.usefixtures("connected")
def test_speaks_tls_and_signs_each_login_for_the_cache_alone() -> None:
    options = cache_client().connection_pool.connection_kwargs
    assert (options["host"], options["port"]) == ("scores.cache.amazonaws.com", 6380)
    assert "SSL" in cache_client().connection_pool.connection_class.__name__
    user, token = options["credential_provider"].get_credentials()
    signed = urlsplit(f"https://{token}")
    asked = parse_qs(signed.query)
    assert (user, signed.netloc, asked["User"], asked["Action"]) == (
        "scores-user",
        "scores-1",
        ["scores-user"],
        ["connect"],
    )
    assert asked["X-Amz-Expires"] == ["900"]
    assert "/eu-west-1/elasticache/" in asked["X-Amz-Credential"][0]


@pytest.mark.usefixtures("connected")
def test_speaks_plainly_where_the_stack_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CACHE_TLS", "off")
    options = cache_client().connection_pool.connection_kwargs
    assert options["credential_provider"] is None
    assert "SSL" not in cache_client().connection_pool.connection_class.__name__

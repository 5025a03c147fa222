"""What is a secret, by name and by value, and what only looks like one."""

import pytest

from wellmade.facts.secrets import looks_secret, names_password, names_token, secrets_in

KEY = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
SECRETS = [
    ("PGPASSWORD", "hunter2"),
    ("DB_PASS", "s3cr3t"),
    ("DB_PASSWORD_2", "hunter2"),
    ("DatabasePassword", "correct-horse-7"),
    ("SECRET_KEY", "super-secret-key"),
    ("API_KEY", "abc"),
    ("API_TOKEN", "abc123"),
    ("accessToken", "abcd1234"),
    ("JWT_SECRET", "abcdef123"),
    ("AWS_SECRET", KEY),
    ("AWS_SECRET_ACCESS_KEY", KEY),
    ("DATABASE_URL", "postgres://app:hunter2@db:5432/app"),
    ("CACHE_URL", "redis://:hunter2@cache:6379"),
    ("DSN", "host=db password=hunter2 user=app"),
    ("NOTE", "AKIA" + "A1B2C3D4" * 2),
    ("NOTE", "ghp_" + "a1" * 18),
    ("NOTE", "github_pat_" + "a1" * 18),
    ("NOTE", "xoxb-" + "123456789012-abcdef"),
    ("NOTE", "sk_live_" + "a1" * 12),
    ("NOTE", "-----BEGIN RSA PRIVATE KEY-----\nMII"),
]
HARMLESS = [
    ("CSRF_TOKEN", "enabled1"),
    ("NEXT_TOKEN", "abc123"),
    ("MAX_TOKENS", "1000"),
    ("TOKEN_TTL", "3600"),
    ("TOKEN_URL", "https://login.example.com/token1234567890"),
    ("KEY_PREFIX", "orders/"),
    ("PARTITION_KEY", "order"),
    ("PUBLIC_KEY", "abcd1234"),
    ("DB_SECRET", "orders-db"),
    ("DB_SECRET_NAME", "orders"),
    ("DB_SECRET_ARN", "arn:aws:secretsmanager:eu-west-1:111122223333:secret:db"),
    ("SECRET_ID", "orders-9f8e7d6c5b4a39281706"),
    ("PASSWORD_PATH", "/orders/password"),
    ("SIGNING_KEY", "arn:aws:kms:eu-west-1:111122223333:key/1234abcd"),
    ("ENCRYPTION_KEY", "1234abcd-12ab-34cd-56ef-1234567890ab"),
    ("ENCRYPTION_KEY", "alias/orders"),
    ("CLIENT_SECRET", "prod/orders/client-secret-2024"),
    ("DB_PASSWORD", "${Password}"),
    ("REQUIRE_PASSWORD", "1"),
    ("BYPASS", "always"),
    ("DATABASE_URL", "postgres://db:5432/app"),
    ("DATABASE_URL", "postgres://${USER}:${PASSWORD}@db/app"),
    ("SITE", "https://example.com:8080/@me"),
]


@pytest.mark.parametrize(("name", "value"), SECRETS)
def test_secrets(name: str, value: str) -> None:
    assert looks_secret(name, value)


@pytest.mark.parametrize(("name", "value"), HARMLESS)
def test_what_only_looks_like_one(name: str, value: str) -> None:
    assert not looks_secret(name, value)


def test_names_that_hold_a_secret_and_names_that_may() -> None:
    assert names_password("MasterUserPassword")
    assert names_token("DbSecret")
    assert not names_password("DbSecret")
    assert not names_password("DbPasswordArn")


def test_scripts() -> None:
    script = "set -e\nexport DB_PASSWORD=hunter22\nTOKEN=$(get)\nNAME=orders\nprintf AKIA" + "A1B2C3D4" * 2
    assert list(secrets_in(script)) == ["DB_PASSWORD", "an access key"]

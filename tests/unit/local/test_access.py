"""What programs see of the embedded AWS, and what they must not see."""

from pathlib import Path

import pytest

from wellmade.local.access import client, environment, server_environment

ENDPOINT = "http://127.0.0.1:4566"


def test_nothing_of_the_host_s_aws_is_passed_on(tmp_path: Path) -> None:
    host = {"AWS_PROFILE": "prod", "AWS_SESSION_TOKEN": "secret", "CDK_DEFAULT_ACCOUNT": "123", "TEAM": "a"}

    seen = environment(ENDPOINT, "secret", tmp_path, host)

    assert seen["TEAM"] == "a"
    assert seen["AWS_ENDPOINT_URL"] == ENDPOINT
    assert seen["AWS_ACCESS_KEY_ID"] == "test"
    assert not seen.keys() & {"AWS_PROFILE", "AWS_SESSION_TOKEN", "CDK_DEFAULT_ACCOUNT"}


def test_a_proxy_is_not_asked(tmp_path: Path) -> None:
    seen = environment(ENDPOINT, "secret", tmp_path, {"HTTP_PROXY": "http://proxy", "NO_PROXY": "intranet"})

    assert seen["NO_PROXY"] == seen["no_proxy"] == "intranet,127.0.0.1,localhost"


def test_the_server_gets_nothing_of_the_host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_PASSWORD", "secret")

    assert sorted(server_environment(tmp_path)) == [
        "HOME",
        "LANG",
        "PATH",
        "PYTHONPATH",
        "PYTHONUNBUFFERED",
        "TMPDIR",
    ]


def test_a_client_heeds_no_profile_of_the_host(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "there-is-no-such-profile")
    monkeypatch.setenv("AWS_ENDPOINT_URL_SQS", "https://sqs.eu-west-1.amazonaws.com")

    sqs = client("http://127.0.0.1:4567", "secret", "sqs")

    assert sqs.meta.endpoint_url == "http://127.0.0.1:4567"

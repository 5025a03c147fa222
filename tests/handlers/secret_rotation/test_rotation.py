"""The four steps of a rotation, each of which may come again, and readers that keep a value for a while."""

import json
import logging
from types import ModuleType
from typing import Any

import boto3
import pytest
from moto.secretsmanager.models import secretsmanager_backends

from tests.handlers.support import Aws, Context, import_handler
from wellmade_runtime.clients import secretsmanager_client
from wellmade_runtime.secret_rotation import Fields, RotationRefusedError, SecretRotation
from wellmade_runtime.secrets import Secrets

STEPS = ("createSecret", "setSecret", "testSecret", "finishSecret")
TOKEN = "11111111-2222-3333-4444-555555555555"
OLD = {"algorithm": "HS256", "key": "old-value-of-the-key"}


@pytest.fixture
def manager(aws: Aws) -> Any:  # noqa: ARG001 - the simulated AWS
    """Secrets Manager with a secret whose rotation has begun: a pending version without a value."""
    client = boto3.client("secretsmanager")
    client.create_secret(Name="signing", SecretString=json.dumps(OLD))
    # As RotateSecret leaves it on AWS; moto makes the pending version current at once.
    kept: Any = secretsmanager_backends["123456789012"]["us-east-1"].secrets["signing"]
    kept.rotation_enabled = kept.rotation_requested = True
    kept.versions[TOKEN] = {"createdate": 1, "version_id": TOKEN, "version_stages": ["AWSPENDING"]}
    return client


@pytest.fixture
def handler(manager: Any) -> ModuleType:  # noqa: ARG001 - what it works on
    return import_handler("secret_rotation", SECRET_ARN="signing", SECRET_FIELD="key", SECRET_LENGTH="43")


def fields(manager: Any, stage: str) -> dict[str, str]:
    found: dict[str, str] = json.loads(
        manager.get_secret_value(SecretId="signing", VersionStage=stage)["SecretString"]
    )
    return found


def event(step: str) -> dict[str, str]:
    return {"Step": step, "SecretId": "signing", "ClientRequestToken": TOKEN}


def test_a_new_value_becomes_current_and_the_old_one_previous(manager: Any, handler: ModuleType) -> None:
    for step in STEPS:
        assert fields(manager, "AWSCURRENT") == OLD
        handler.handler(event(step), Context())
    new = fields(manager, "AWSCURRENT")
    assert (new["algorithm"], len(new["key"])) == ("HS256", 43)
    assert fields(manager, "AWSPREVIOUS") == OLD


def test_a_step_that_comes_again_changes_nothing(manager: Any, handler: ModuleType) -> None:
    handler.handler(event("createSecret"), Context())
    made = fields(manager, "AWSPENDING")
    for step in ("createSecret", "setSecret", "testSecret", "finishSecret", "finishSecret", "createSecret"):
        handler.handler(event(step), Context())
    assert fields(manager, "AWSCURRENT") == made


@pytest.mark.parametrize(
    "wrong",
    [
        {"Step": "dropSecret"},
        {"ClientRequestToken": "99999999-2222-3333-4444-555555555555"},
    ],
)
def test_refuses_what_is_no_step_of_a_rotation(
    manager: Any, handler: ModuleType, wrong: dict[str, str]
) -> None:
    with pytest.raises(RotationRefusedError):
        handler.handler({**event("createSecret"), **wrong}, Context())
    assert fields(manager, "AWSCURRENT") == OLD


def test_a_value_that_is_not_accepted_never_becomes_current(manager: Any) -> None:
    given: list[Fields] = []

    def refuse(current: Fields, pending: Fields) -> None:
        assert current != pending
        raise PermissionError("login refused")

    def give(current: Fields, pending: Fields) -> None:
        given.extend([current, pending])

    rotation = SecretRotation(secretsmanager_client(), "signing", field="key", give=give, try_out=refuse)
    for step in STEPS[:2]:
        rotation.step(event(step))
    with pytest.raises(PermissionError):
        rotation.step(event("testSecret"))
    assert given == [OLD, fields(manager, "AWSPENDING")]
    assert fields(manager, "AWSCURRENT") == OLD


def test_no_value_is_logged(
    manager: Any, handler: ModuleType, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    with caplog.at_level(logging.DEBUG, "secret_rotation"):
        for step in STEPS:
            handler.handler(event(step), Context())
    said = caplog.text + capsys.readouterr().out
    assert fields(manager, "AWSCURRENT")["key"] not in said
    assert OLD["key"] not in said


def test_a_reader_keeps_a_value_until_it_expires(manager: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1_000_000.0]
    monkeypatch.setattr("wellmade_runtime.cached_values.time.time", lambda: now[0])
    secrets = Secrets(secretsmanager_client(), ttl=300)
    assert secrets.fields("signing") == OLD
    manager.put_secret_value(SecretId="signing", SecretString=json.dumps({"key": "next"}))
    now[0] += 200
    assert secrets.fields("signing") == OLD
    now[0] += 101
    assert secrets.fields("signing") == {"key": "next"}

"""Secrets and parameters, as Secrets Manager and Systems Manager hold them."""

from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from tests.handlers.support import recorded_calls
from wellmade_runtime.clients import secretsmanager_client, ssm_client
from wellmade_runtime.parameters import Parameters
from wellmade_runtime.secrets import SecretFormatError, Secrets


@pytest.fixture
def manager(aws: Any) -> Any:  # noqa: ARG001 - the simulated AWS
    return boto3.client("secretsmanager")


def test_a_secret_is_fetched_once_until_it_is_to_be_forgotten(manager: Any) -> None:
    manager.create_secret(Name="login", SecretString='{"user": "ada", "password": "p1"}')
    client = secretsmanager_client()
    secrets = Secrets(client)
    with recorded_calls(client) as calls:
        assert secrets.fields("login") == {"user": "ada", "password": "p1"}
        manager.put_secret_value(SecretId="login", SecretString='{"user": "ada", "password": "p2"}')
        assert secrets.fields("login")["password"] == "p1"
        secrets.forget("login")
        assert secrets.fields("login")["password"] == "p2"
    assert calls == [("GetSecretValue", {"SecretId": "login", "VersionStage": "AWSCURRENT"})] * 2


@pytest.mark.parametrize("held", [{"SecretString": "p1-hidden"}, {"SecretString": '["p1-hidden"]'}])
def test_a_secret_of_another_form_is_not_told(manager: Any, held: dict[str, str]) -> None:
    manager.create_secret(Name="login", **held)
    with pytest.raises(SecretFormatError, match=r"^login must be a JSON object$") as raised:
        Secrets(secretsmanager_client()).fields("login")
    assert raised.value.__cause__ is None
    assert "hidden" not in str(raised.value)


def test_a_binary_secret_is_no_text(manager: Any) -> None:
    manager.create_secret(Name="login", SecretBinary=b"\x00")
    with pytest.raises(SecretFormatError, match=r"^login must be text, and is binary$"):
        Secrets(secretsmanager_client()).text("login")


def test_a_secret_that_is_not_there_is_asked_for_again(manager: Any) -> None:
    secrets = Secrets(secretsmanager_client())
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        secrets.text("login")
    manager.create_secret(Name="login", SecretString="p1")
    assert secrets.text("login") == "p1"


def test_parameters_are_decrypted_and_lists_are_split(aws: Any) -> None:  # noqa: ARG001 - the simulated AWS
    ssm = boto3.client("ssm")
    ssm.put_parameter(Name="/shop/limit", Value="10", Type="SecureString")
    ssm.put_parameter(Name="/shop/countries", Value="de,fr", Type="StringList")
    client = ssm_client()
    parameters = Parameters(client)
    with recorded_calls(client) as calls:
        assert (parameters.text("/shop/limit"), parameters.text("/shop/limit")) == ("10", "10")
        assert parameters.texts("/shop/countries") == ["de", "fr"]
        parameters.forget("/shop/limit")
        assert parameters.text("/shop/limit") == "10"
    assert [name for name, _ in calls] == ["GetParameter"] * 3
    assert calls[0][1] == {"Name": "/shop/limit", "WithDecryption": True}

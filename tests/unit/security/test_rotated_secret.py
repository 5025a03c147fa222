"""What a rotated secret promises, refuses, grants and looks like."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_

from tests.templates import actions, of_type, statements, the
from wellmade.security import RotatedSecret
from wellmade.testing import synthesize

Synth = Callable[[], dict[str, Any]]


def secret(stack: cdk.Stack, **options: Any) -> RotatedSecret:
    return RotatedSecret(stack, "Key", **options)


def node_function(stack: cdk.Stack) -> lambda_.Function:
    return lambda_.Function(
        stack,
        "Theirs",
        runtime=lambda_.Runtime.NODEJS_22_X,
        handler="index.handler",
        code=lambda_.Code.from_inline("exports.handler = async () => 1"),
    )


@pytest.fixture(scope="module")
def template() -> dict[str, Any]:
    return synthesize(secret)


def test_its_value_is_generated_in_aws(template: dict[str, Any]) -> None:
    found = the(template, "AWS::SecretsManager::Secret")
    assert "SecretString" not in found
    made = found["GenerateSecretString"]
    assert (made["GenerateStringKey"], made["PasswordLength"]) == ("value", 43)


def test_it_is_rotated_each_month_for_this_secret_alone(template: dict[str, Any]) -> None:
    rotation = the(template, "AWS::SecretsManager::RotationSchedule")
    assert rotation["RotationRules"] == {"AutomaticallyAfterDays": 30}
    permission = the(template, "AWS::Lambda::Permission")
    assert permission["Principal"] == "secretsmanager.amazonaws.com"
    assert permission["SourceArn"] == rotation["SecretId"]


def test_the_rotation_holds_four_actions_on_one_secret(template: dict[str, Any]) -> None:
    by_resource = {
        json.dumps(each["Resource"]): each["Action"]
        for each in statements(template)
        if "secretsmanager" in json.dumps(each["Action"])
    }
    assert by_resource.pop('"*"') == "secretsmanager:GetRandomPassword"
    [on_secret] = by_resource.values()
    assert set(on_secret) == {
        f"secretsmanager:{name}"
        for name in ("DescribeSecret", "GetSecretValue", "PutSecretValue", "UpdateSecretVersionStage")
    }


def test_the_rotation_begins_once_it_may(template: dict[str, Any]) -> None:
    [schedule] = [
        r for r in template["Resources"].values() if r["Type"] == "AWS::SecretsManager::RotationSchedule"
    ]
    kinds = {template["Resources"][name]["Type"] for name in schedule["DependsOn"]}
    assert {"AWS::Lambda::Permission", "AWS::IAM::Policy"} <= kinds


def test_alarms_on_a_rotation_that_fails(template: dict[str, Any]) -> None:
    watched = {a["MetricName"] for a in of_type(template, "AWS::CloudWatch::Alarm")}
    assert {"Errors", "Throttles"} <= watched


def test_looks_like(template: dict[str, Any], snapshot: Callable[..., None]) -> None:
    snapshot(template, "rotated_secret")


def test_a_connected_workload_reads_it_and_is_told_its_arn_alone(stack: cdk.Stack, synth: Synth) -> None:
    secret(stack, encryption_key=kms.Key(stack, "Cmk")).connect(node_function(stack))
    template = synth()
    assert actions(template, "Theirs") == {"secretsmanager:GetSecretValue", "kms:Decrypt"}
    [variables] = [
        f["Environment"]["Variables"]
        for f in of_type(template, "AWS::Lambda::Function")
        if f["Handler"] == "index.handler"
    ]
    assert set(variables) == {"SECRET_ARN"}
    assert "KmsKeyId" in the(template, "AWS::SecretsManager::Secret")


def test_takes_a_rotation_of_the_user(stack: cdk.Stack, synth: Synth, own_handler: Path) -> None:
    secret(stack, function=own_handler, fields={"username": "shop"}, interval=cdk.Duration.days(7))
    template = synth()
    assert the(template, "AWS::Lambda::Function")["Handler"] == "handler.handler"
    frame = the(template, "AWS::SecretsManager::Secret")["GenerateSecretString"]["SecretStringTemplate"]
    assert json.loads(frame) == {"username": "shop"}


WRONG: list[tuple[dict[str, Any], str]] = [
    (
        {"length": 8},
        "Test/Key: length must be between 16 and 4096, got 8; 43 characters are as strong as 256 bits",
    ),
    (
        {"interval": cdk.Duration.days(1001)},
        "Test/Key: interval in days must be between 1 and 1000, got 1001; 30 days suit most",
    ),
    (
        {"interval": cdk.Duration.hours(36)},
        "Test/Key: interval must be whole days, got 129600 s; round it, such as Duration.days(7)",
    ),
    (
        {"fields": {"value": "x"}},
        "Test/Key: fields['value'] must be another field than the generated one, got the same; "
        "leave it out of fields: its value is generated",
    ),
    (
        {"fields": {"password": "hunter2-hunter2"}},
        "Test/Key: fields['password'] must be free of secrets, got literal text; "
        "call the generated field so, and leave it out here",
    ),
]


@pytest.mark.parametrize(("options", "message"), WRONG)
def test_refuses(stack: cdk.Stack, options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        secret(stack, **options)


def test_refuses_a_value_in_the_template(stack: cdk.Stack, refused: Callable[[], str]) -> None:
    resource = secret(stack).resource
    resource.add_property_deletion_override("GenerateSecretString")
    resource.add_property_override("SecretString", "hunter2")
    said = refused()
    assert (
        "Test/Key: value must be generated in AWS, got text in the template; "
        "take the override back: whoever reads the template would know it"
    ) in said
    assert "hunter2" not in said

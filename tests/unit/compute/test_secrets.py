"""Secrets and parameters of a program: read by ECS alone, with their own keys, of other stacks."""

import re
from collections.abc import Callable
from typing import Any, cast

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_kms as kms
from aws_cdk import aws_secretsmanager as secretsmanager
from aws_cdk import aws_ssm as ssm

from tests.templates import actions, statements
from tests.unit.compute.conftest import define_service
from wellmade.compute import Container

Synth = Callable[[], dict[str, Any]]


@pytest.mark.parametrize("wrapped", [True, False])
def test_a_parameter_takes_the_permission_of_parameters(
    stack: cdk.Stack, synth: Synth, *, wrapped: bool
) -> None:
    parameter = ssm.StringParameter(stack, "Limit", string_value="7")
    given = ecs.Secret.from_ssm_parameter(parameter) if wrapped else parameter
    define_service(stack).add_secret("LIMIT", given)
    granted = actions(synth(), "ServiceExecutionRole")
    assert "ssm:GetParameters" in granted
    assert {each for each in granted if each.split(":")[0] in {"secretsmanager", "ssm"}} == {
        "ssm:GetParameters"
    }


@pytest.mark.parametrize("wrapped", [True, False])
def test_a_secret_takes_its_permission_beside_the_role(
    stack: cdk.Stack, synth: Synth, *, wrapped: bool
) -> None:
    secret = secretsmanager.Secret(stack, "Key")
    given = ecs.Secret.from_secrets_manager(secret, "token") if wrapped else secret
    define_service(stack).add_secret("TOKEN", given)
    template = synth()
    [service] = [r for r in template["Resources"].values() if r["Type"] == "AWS::ECS::Service"]
    assert any("ExecutionRoleDefaultPolicy" in each for each in service["DependsOn"])
    inside = template["Resources"]["ServiceExecutionRole3DA90452"]["Properties"]["Policies"]
    assert "secretsmanager" not in str(inside)
    assert "secretsmanager:GetSecretValue" in actions(template, "ServiceExecutionRole")
    assert "secretsmanager:DescribeSecret" not in actions(template, "ServiceExecutionRole")


def test_a_secret_under_a_key_of_the_user_closes_no_cycle(stack: cdk.Stack, synth: Synth) -> None:
    secret = secretsmanager.Secret(stack, "Key", encryption_key=kms.Key(stack, "Master"))
    define_service(stack).add_secret("TOKEN", secret)
    template = synth()
    assert "kms:Decrypt" in actions(template, "ServiceExecutionRole")
    names = [name for name in template["Resources"] if name.startswith("Master")]
    assert "ExecutionRole" not in str(template["Resources"][names[0]]["Properties"]["KeyPolicy"])


def test_a_secret_of_another_stack_under_its_own_key(stack: cdk.Stack) -> None:
    app = cast(cdk.App, stack.node.root)
    other = cdk.Stack(app, "Secrets")
    secret = secretsmanager.Secret(other, "Key", encryption_key=kms.Key(other, "Master"))
    define_service(stack, image=Container("order_api", secrets={"TOKEN": secret}))
    template = app.synth().get_stack_by_name("Test").template
    assert {"kms:Decrypt", "secretsmanager:GetSecretValue"} <= actions(template, "ServiceExecutionRole")
    [reads] = [
        s for s in statements(template, "ServiceExecutionRole") if "secretsmanager" in str(s["Action"])
    ]
    assert "Secrets:ExportsOutput" in str(reads["Resource"])


def test_a_literal_is_no_secret(stack: cdk.Stack) -> None:
    message = (
        "Test/Service: secrets['TOKEN'] must be a secret or a parameter, got str; "
        "keep it in Secrets Manager or Parameter Store"
    )
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        define_service(stack).add_secret("TOKEN", cast(Any, "abc"))


def test_what_a_program_calls_is_refused_on_the_role_that_starts_it(stack: cdk.Stack) -> None:
    secret = secretsmanager.Secret(stack, "Key")
    service = define_service(stack)
    message = "actions must be what starting a task takes, got 'secretsmanager:PutSecretValue'"
    with pytest.raises(RuntimeError, match=re.escape(message)):
        secret.grant_write(service.execution_role)


def test_a_secret_that_was_set_later_is_refused(stack: cdk.Stack, refused: Callable[[], str]) -> None:
    task = define_service(stack).service.task_definition.node.default_child
    assert isinstance(task, ecs.CfnTaskDefinition)
    task.add_property_override(
        "ContainerDefinitions.0.Environment.0", {"Name": "API_KEY", "Value": "hunter22"}
    )
    said = refused()
    assert "Test/Service: environment['API_KEY'] must be free of secrets, got literal text" in said
    assert "hunter22" not in said

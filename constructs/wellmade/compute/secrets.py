"""What ECS reads for a program when it starts a task: secrets and parameters."""

from typing import cast

from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_secretsmanager as secretsmanager
from aws_cdk import aws_ssm as ssm
from constructs import Construct

from wellmade.compute.execution_role import ExecutionRole
from wellmade.kit.lookups import offers
from wellmade.kit.refusals import refusal

SecretOption = (
    ecs.Secret
    | secretsmanager.ISecret
    | secretsmanager.Secret
    | ssm.IParameter
    | ssm.StringParameter
    | ssm.StringListParameter
)
"""A secret of Secrets Manager, a parameter of Parameter Store, or either with a field or version."""


def secret_of(scope: Construct, role: ExecutionRole, name: str, given: SecretOption) -> ecs.Secret:
    """Return a secret for a container, and let the role that starts it decrypt with the secret's own key.

    The CDK would name the role in the key's policy, which closes a cycle where the key is in another stack;
    the role alone is let instead, which the key's policy leaves to IAM.

    Raises:
        RefusedError: If it is neither a secret nor a parameter.
    """
    if isinstance(given, ecs.Secret):
        return given
    if offers(given, "parameter_arn"):
        return ecs.Secret.from_ssm_parameter(cast(ssm.IParameter, given))
    if not offers(given, "secret_arn"):
        fix = "keep it in Secrets Manager or Parameter Store"
        raise refusal(scope, f"secrets[{name!r}]", "a secret or a parameter", type(given).__name__, fix)
    secret = cast(secretsmanager.ISecret, given)
    if secret.encryption_key:
        role.allow(["kms:Decrypt"], [secret.encryption_key.key_arn])
    view = secretsmanager.Secret.from_secret_complete_arn(scope, f"Secret{name}", secret.secret_arn)
    return ecs.Secret.from_secrets_manager(view)

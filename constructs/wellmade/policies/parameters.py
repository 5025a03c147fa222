"""The value of a parameter."""

from collections.abc import Sequence

from aws_cdk import aws_ssm as ssm

from wellmade.policies.need import Allowed, Need, chosen, need

READS = ("ssm:GetParameter", "ssm:GetParameters")


def read_parameter(
    parameter: ssm.IParameter | ssm.StringParameter, *, actions: Sequence[str] | None = None
) -> Need:
    """Return the need to read one parameter.

    Args:
        parameter: What is read; one that is a `SecureString` under a key of yours also needs `decrypt`.
        actions: Those that the code calls. Default: `ssm:GetParameter` and `GetParameters`.

    Raises:
        RefusedError: If an action is not among them.
    """
    return need(parameter, Allowed(chosen(parameter, actions, READS), (parameter.parameter_arn,)))

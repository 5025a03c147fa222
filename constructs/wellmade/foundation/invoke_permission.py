"""What lets a service invoke a function."""

from aws_cdk import Annotations
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from wellmade.foundation.function_option import Handling
from wellmade.kit.lookups import is_unresolved, stack_of


def let_service_invoke(
    scope: Construct, function: Handling, construct_id: str, *, service: str, source_arn: str, what: str
) -> lambda_.CfnPermission | None:
    """Let a service invoke a function for one resource; the permission is defined beside that resource.

    A function of another account can be let invoke by its owner only: what to add is said at synth.

    Args:
        scope: The pattern.
        function: What is invoked.
        construct_id: Of the permission.
        service: Who invokes.
        source_arn: For which resource.
        what: What such resources are called, in the plural.
    """
    owner, account = function.given.env.account, stack_of(scope).account
    if not is_unresolved(owner) and not is_unresolved(account) and owner != account:
        Annotations.of(scope).add_warning_v2(
            f"wellmade:function-of-another-account:{construct_id}",
            f"the function is of account {owner}: add a permission there that lets {service} call "
            f"lambda:InvokeFunction for the {what} of account {account}",
        )
        return None
    return lambda_.CfnPermission(
        scope,
        construct_id,
        action="lambda:InvokeFunction",
        function_name=function.invocable.function_arn,
        principal=service,
        source_arn=source_arn,
    )

"""Who may assume a role: a service, for this account's own resources."""

from typing import cast

from aws_cdk import aws_iam as iam
from constructs import IConstruct

from wellmade.kit.exact_arns import is_arn, names_no_resource, readable
from wellmade.kit.refusals import refusal
from wellmade.kit.service_principals import service_of


def trusted_service(scope: IConstruct, service: str, *, source_arn: str) -> iam.IPrincipal:
    """Return a service that may assume a role for one source of this account (no confused deputy).

    Args:
        scope: Whose account it is.
        service: Such as `scheduler.amazonaws.com`.
        source_arn: What the service acts for; may end with `*` behind a name.

    Raises:
        RefusedError: If the ARN leaves open which resource is meant: a stranger's could borrow the role.
    """
    texts = readable(scope, source_arn)
    if source_arn == "*" or any(not is_arn(each) or names_no_resource(each) for each in texts):
        fix = "name the resource that the service works for, such as the ARN of its schedule group"
        raise refusal(
            scope, "source_arn", "the ARN of a resource", repr(source_arn), fix, rule="confused-trust"
        )
    return cast(iam.IPrincipal, service_of(scope, service, source_arn))

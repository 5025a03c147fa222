"""Functions that use a store."""

from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_lambda as lambda_

TIERS = [
    ec2.SubnetConfiguration(name="public", subnet_type=ec2.SubnetType.PUBLIC),
    ec2.SubnetConfiguration(name="private", subnet_type=ec2.SubnetType.PRIVATE_WITH_EGRESS),
    ec2.SubnetConfiguration(name="isolated", subnet_type=ec2.SubnetType.PRIVATE_ISOLATED),
]


def network(stack: cdk.Stack, **options: Any) -> ec2.Vpc:
    """Return a network in three tiers."""
    given = {"subnet_configuration": TIERS, **options}
    return ec2.Vpc(stack, "Vpc", restrict_default_security_group=False, **given)


def function(stack: cdk.Stack, vpc: ec2.IVpc | None, **options: Any) -> lambda_.Function:
    """Return anybody's function."""
    return lambda_.Function(
        stack,
        "Function",
        runtime=lambda_.Runtime.NODEJS_22_X,
        handler="index.handler",
        code=lambda_.Code.from_inline("exports.handler = async () => {}"),
        vpc=vpc,
        **options,
    )

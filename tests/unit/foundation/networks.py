"""Networks for the tests of what runs in one."""

from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2


def network(stack: cdk.Stack, **options: Any) -> ec2.Vpc:
    """Return a network with a way out, in as many zones as asked."""
    return ec2.Vpc(stack, "Vpc", restrict_default_security_group=False, **options)

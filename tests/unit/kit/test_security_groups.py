"""Security groups of constructs with long names."""

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2

from tests.templates import the
from wellmade.kit.security_groups import closed_group
from wellmade.testing import synthesize


def test_describes_a_group_in_as_many_characters_as_ec2_takes() -> None:
    def define(stack: cdk.Stack) -> None:
        scope = cdk.aws_sns.Topic(stack, "A" * 150)
        vpc = ec2.Vpc.from_vpc_attributes(stack, "Vpc", vpc_id="vpc-1", availability_zones=["eu-west-1a"])
        closed_group(scope, "B" * 150, vpc)

    description = the(synthesize(define), "AWS::EC2::SecurityGroup")["GroupDescription"]
    assert description == "A" * 104 + "/" + "B" * 150

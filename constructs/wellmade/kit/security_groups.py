"""Security groups that let nothing out unless it is said."""

from aws_cdk import aws_ec2 as ec2
from constructs import Construct

from wellmade.kit.lookups import path_of

LONGEST_DESCRIPTION = 255
"""Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html"""


def closed_group(scope: Construct, construct_id: str, vpc: ec2.IVpc) -> ec2.SecurityGroup:
    """Define a group that lets nothing in or out, described by its path, of a long one by the end."""
    path = f"{path_of(scope)}/{construct_id}"
    # The class takes the whole path by itself, and a new description would replace the group.
    described = path[-LONGEST_DESCRIPTION:] if len(path) > LONGEST_DESCRIPTION else None
    return ec2.SecurityGroup(scope, construct_id, vpc=vpc, allow_all_outbound=False, description=described)

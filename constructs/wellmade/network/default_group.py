"""The group that everything lands in which names no other: emptied, without a function of ours.

CloudFormation can only add rules to a default security group. Systems Manager has a runbook of AWS's own that
takes them away; an association runs it when the network is made, and again each day.
"""

from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ssm as ssm
from constructs import Construct

from wellmade.kit.lookups import stack_of
from wellmade.kit.roles import WorkloadRole
from wellmade.kit.service_principals import service_of

RUNBOOK = "AWSConfigRemediation-RemoveVPCDefaultSecurityGroupRules"
"""Source: https://docs.aws.amazon.com/systems-manager-automation-runbooks/latest/userguide/automation-aws-remove-default-secg-rules.html"""


def empty_default_group(scope: Construct, vpc: ec2.Vpc) -> None:
    """Let Systems Manager take every rule out of the network's default security group."""
    stack = stack_of(scope)
    group = vpc.vpc_default_security_group
    any_run = stack.format_arn(service="ssm", resource="automation-execution", resource_name="*")
    automation = service_of(scope, "ssm.amazonaws.com", any_run)
    role = WorkloadRole(scope, "DefaultGroupRole", assumed_by=automation, policy_name="Empty")
    used_by = f"Systems Manager, to run {RUNBOOK}"
    role.allow(
        ["ec2:RevokeSecurityGroupIngress", "ec2:RevokeSecurityGroupEgress"],
        [stack.format_arn(service="ec2", resource="security-group", resource_name=group)],
        used_by=used_by,
    )
    role.allow(
        ["ec2:DescribeSecurityGroups"],
        ["*"],
        reason="Descriptions of EC2 have no resources to name",
        used_by=used_by,
    )
    ssm.CfnAssociation(
        scope,
        "EmptyDefaultGroup",
        name=RUNBOOK,
        parameters={"GroupId": [group], "AutomationAssumeRole": [role.role_arn]},
        # Rules that somebody adds by hand are gone by tomorrow.
        schedule_expression="rate(1 day)",
        apply_only_at_cron_interval=False,
    )

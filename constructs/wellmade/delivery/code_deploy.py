"""What CodeDeploy needs to shift an alias from one version to the next, step by step."""

from collections.abc import Sequence
from typing import Any

from aws_cdk import ArnFormat, CfnCodeDeployLambdaAliasUpdate, CfnUpdatePolicy
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_codedeploy as codedeploy
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from wellmade.facts.releases import STOP_ON_ALARM
from wellmade.kit.lookups import stack_of
from wellmade.kit.roles import WorkloadRole
from wellmade.kit.service_principals import service_of
from wellmade.kit.suppressions import suppress_wildcards

STOPS = ("DEPLOYMENT_FAILURE", STOP_ON_ALARM, "DEPLOYMENT_STOP_ON_REQUEST")
STOP = "CodeDeploy, to stop on alarm"
WHO = "CodeDeploy, to shift the alias"
ALL_ALARMS = "CodeDeploy names no alarm where it polls all of them; it reads their states alone."


def define_role(
    scope: Construct, function: lambda_.IFunction, alias_name: str, hook: lambda_.IFunction
) -> WorkloadRole:
    """Define the role of CodeDeploy: one alias, one hook, and the states of alarms.

    Source: AWSCodeDeployRoleForLambdaLimited, here for this function alone.
    """
    groups = _arn(scope, "codedeploy", "deploymentgroup")
    service = service_of(scope, "codedeploy.amazonaws.com", groups)
    role = WorkloadRole(scope, "ShiftRole", assumed_by=service, policy_name="Shift")
    # By text: the alias waits for the deployment group, which waits for this role.
    alias = f"{function.function_arn}:{alias_name}"
    role.allow(["lambda:GetAlias", "lambda:UpdateAlias"], [function.function_arn, alias], used_by=WHO)
    role.allow(["lambda:GetProvisionedConcurrencyConfig"], [alias], used_by=WHO)
    role.allow(["lambda:InvokeFunction"], [hook.function_arn], used_by="CodeDeploy, to run the hook")
    alarms = _arn(scope, "cloudwatch", "alarm")
    role.allow(["cloudwatch:DescribeAlarms"], [alarms], reason=ALL_ALARMS, used_by=STOP)
    suppress_wildcards(role, [alarms], ALL_ALARMS)
    return role


def _arn(scope: Construct, service: str, kind: str) -> str:
    """Return the ARN of all resources of a kind in the stack's account and region."""
    return stack_of(scope).format_arn(
        service=service, resource=kind, resource_name="*", arn_format=ArnFormat.COLON_RESOURCE_NAME
    )


def define_group(
    scope: Construct,
    *,
    application: codedeploy.ILambdaApplication,
    config: codedeploy.ILambdaDeploymentConfig,
    role: WorkloadRole,
    alarms: Sequence[cloudwatch.Alarm],
) -> codedeploy.CfnDeploymentGroup:
    """Define the deployment group: how traffic is shifted, and what takes it back.

    The resource itself, since the L2 adds a managed policy for all functions of the account to the role.
    """
    return codedeploy.CfnDeploymentGroup(
        scope,
        "Group",
        application_name=application.application_name,
        service_role_arn=role.role_arn,
        deployment_config_name=config.deployment_config_name,
        deployment_style=codedeploy.CfnDeploymentGroup.DeploymentStyleProperty(
            deployment_type="BLUE_GREEN", deployment_option="WITH_TRAFFIC_CONTROL"
        ),
        auto_rollback_configuration=codedeploy.CfnDeploymentGroup.AutoRollbackConfigurationProperty(
            enabled=True, events=list(STOPS)
        ),
        alarm_configuration=codedeploy.CfnDeploymentGroup.AlarmConfigurationProperty(
            enabled=True,
            # Where nobody can tell whether an alarm fires, nothing is released.
            ignore_poll_alarm_failure=False,
            alarms=[codedeploy.CfnDeploymentGroup.AlarmProperty(name=alarm.alarm_name) for alarm in alarms],
        ),
    )


def release_by(
    alias: lambda_.CfnAlias,
    group: codedeploy.CfnDeploymentGroup,
    hook: lambda_.IFunction,
    *before: Any,
) -> None:
    """Let CloudFormation change an alias by CodeDeploy alone.

    Args:
        alias: Which is shifted.
        group: How.
        hook: What is asked before.
        before: What else has to be there, or changed, before traffic is shifted.
    """
    alias.cfn_options.update_policy = CfnUpdatePolicy(
        code_deploy_lambda_alias_update=CfnCodeDeployLambdaAliasUpdate(
            application_name=group.application_name,
            deployment_group_name=group.ref,
            before_allow_traffic_hook=hook.function_name,
        )
    )
    # References of an update policy are no order, as those of properties are.
    for each in (group, hook, *before):
        alias.node.add_dependency(each)

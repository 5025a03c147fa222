"""The log of a workflow's executions."""

from aws_cdk import aws_kms as kms
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from wellmade.kit.key_policies import add_to_key_policy
from wellmade.kit.log_group import define_log_group
from wellmade.kit.lookups import stack_of
from wellmade.kit.roles import WorkloadRole
from wellmade.kit.service_principals import service_may

DELIVERY = "delivery.logs.amazonaws.com"
PREFIX = "/aws/vendedlogs/states/"
"""It keeps the account's policy for log deliveries from growing with each group.

Source: https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html
"""


def define_log(
    scope: Construct, construct_id: str, machine_name: str, role: WorkloadRole, key: kms.IKey | None
) -> sfn.CfnStateMachine.LoggingConfigurationProperty:
    """Define the log group of a workflow, and return how the state machine logs to it.

    Args:
        scope: Where it is defined.
        construct_id: Its id.
        machine_name: Of the state machine, which names the group too.
        role: Of the workflow.
        key: The user's key.
    """
    group = define_log_group(
        scope,
        construct_id,
        harmless="it holds states, not their data",
        name=f"{PREFIX}{machine_name}",
        encryption_key=key,
    )
    if key:
        _let_delivery_use(scope, key, role)
    destination = sfn.CfnStateMachine.CloudWatchLogsLogGroupProperty(log_group_arn=group.log_group_arn)
    return sfn.CfnStateMachine.LoggingConfigurationProperty(
        destinations=[sfn.CfnStateMachine.LogDestinationProperty(cloud_watch_logs_log_group=destination)],
        include_execution_data=False,
        level="ALL",
    )


def _let_delivery_use(scope: Construct, key: kms.IKey, role: WorkloadRole) -> None:
    """Let log deliveries of a workflow that the key encrypts use it.

    Source: https://docs.aws.amazon.com/step-functions/latest/dg/encryption-at-rest.html
    """
    stack = stack_of(scope)
    groups = stack.format_arn(service="logs", resource="*", arn_format=None)
    encrypts = "Step Functions, to encrypt log deliveries"
    of_logs = {"StringEquals": {"kms:EncryptionContext:SourceArn": groups}}
    role.allow(["kms:GenerateDataKey"], [key.key_arn], used_by=encrypts, conditions=of_logs)
    of_account = {"StringEquals": {"aws:SourceAccount": stack.account}}
    add_to_key_policy(key, DELIVERY, service_may(DELIVERY, ["kms:Decrypt*"], "*", of_account))

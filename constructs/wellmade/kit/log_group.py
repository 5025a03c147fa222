"""Log group with retention: the service that makes one by itself keeps every line indefinitely."""

from typing import Any, cast

from aws_cdk import RemovalPolicy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from constructs import Construct

from wellmade.kit.key_policies import add_to_key_policy
from wellmade.kit.lookups import stack_of
from wellmade.kit.suppressions import suppress


def define_log_group(
    scope: Construct,
    construct_id: str,
    *,
    harmless: str,
    retention: logs.RetentionDays = logs.RetentionDays.ONE_MONTH,
    name: str | None = None,
    encryption_key: kms.IKey | None = None,
) -> logs.LogGroup:
    """Define a log group with retention, encrypted with CloudWatch's own key or with one of the user's.

    Args:
        scope: Where it is defined.
        construct_id: Its id, part of the contract.
        harmless: Why no key of one's own is needed, such as `handlers log no payloads`.
        retention: How long lines are kept. Default: one month.
        name: Where a service looks for its group by name. Default: CloudFormation makes one.
        encryption_key: The user's key, which CloudWatch is let use. Default: CloudWatch's own.
    """
    if encryption_key:
        _let_logs_use(encryption_key, scope)
    group = logs.LogGroup(
        scope,
        construct_id,
        log_group_name=name,
        retention=retention,
        removal_policy=RemovalPolicy.DESTROY,
        encryption_key=cast(Any, encryption_key),
    )
    if not encryption_key:
        reason = f"CloudWatch encrypts log groups with a key of its own; {harmless}."
        suppress(group, {"CKV_AWS_158": reason})
    return group


def _let_logs_use(key: kms.IKey, scope: Construct) -> None:
    """Let CloudWatch use a key for log groups of this account.

    Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
    """
    stack = stack_of(scope)
    groups = stack.format_arn(service="logs", resource="*")
    service = f"logs.{stack.region}.amazonaws.com"
    add_to_key_policy(
        key,
        "logs.amazonaws.com",
        iam.PolicyStatement(
            principals=[iam.ServicePrincipal(service)],
            actions=[
                "kms:Encrypt",
                "kms:Decrypt",
                "kms:ReEncrypt*",
                "kms:GenerateDataKey*",
                "kms:DescribeKey",
            ],
            resources=["*"],
            conditions={"ArnLike": {"kms:EncryptionContext:aws:logs:arn": groups}},
        ),
    )

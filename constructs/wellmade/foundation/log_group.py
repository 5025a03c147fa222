"""A log group that forgets: the service that makes one by itself keeps every line for ever."""

from aws_cdk import RemovalPolicy
from aws_cdk import aws_logs as logs
from constructs import Construct

from wellmade.foundation.accepted import accept


def define_log_group(
    scope: Construct,
    construct_id: str,
    *,
    harmless: str,
    retention: logs.RetentionDays = logs.RetentionDays.ONE_MONTH,
    name: str | None = None,
) -> logs.LogGroup:
    """Define a log group with retention, encrypted with CloudWatch's own key.

    Args:
        scope: Where it is defined.
        construct_id: Its id, part of the contract.
        harmless: Why no key of one's own is needed, such as `handlers log no payloads`.
        retention: How long lines are kept. Default: one month.
        name: Where a service looks for its group by name. Default: CloudFormation makes one.
    """
    group = logs.LogGroup(
        scope,
        construct_id,
        log_group_name=name,
        retention=retention,
        removal_policy=RemovalPolicy.DESTROY,
    )
    accept(group, {"CKV_AWS_158": f"CloudWatch encrypts log groups with a key of its own; {harmless}."})
    return group

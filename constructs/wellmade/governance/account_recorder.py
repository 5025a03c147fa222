"""What AWS Config records of an account in a region, and where it keeps that."""

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_config as config
from aws_cdk import aws_iam as iam
from constructs import Construct

from wellmade.foundation.private_bucket import PrivateBucket
from wellmade.kit.lookups import stack_of
from wellmade.kit.service_principals import service_of
from wellmade.kit.suppressions import suppress, suppress_wildcards

SERVICE, READS = "config.amazonaws.com", "service-role/AWS_ConfigRole"
KEPT = Duration.days(400)
"""Of the history: what an audit of the year before asks for."""


def define_recorder(scope: Construct) -> tuple[config.CfnConfigurationRecorder, PrivateBucket]:
    """Define the recorder of everything, its role, and the bucket of its history."""
    history = PrivateBucket(scope, "History", expiration=KEPT)
    role = _role(scope, history)
    group = config.CfnConfigurationRecorder.RecordingGroupProperty(
        all_supported=True, include_global_resource_types=True
    )
    recorder = config.CfnConfigurationRecorder(
        scope, "Recorder", role_arn=role.role_arn, recording_group=group
    )
    channel = config.CfnDeliveryChannel(scope, "Channel", s3_bucket_name=history.bucket_name)
    if history.policy is not None:  # it tries to write when it is made
        channel.node.add_dependency(history.policy)
    channel.node.add_dependency(role)
    # Other rules of the account ask it too, and control policies let nobody end it. A first deployment that
    # fails takes it away all the same: an account has one, which would be in the way of the next deployment.
    # Where a control policy forbids that, too, whoever may break the glass deletes it.
    for each in (recorder, channel, role):
        each.apply_removal_policy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE)
    return recorder, history


def _role(scope: Construct, history: PrivateBucket) -> iam.Role:
    stack = stack_of(scope)
    writes = iam.PolicyStatement(
        actions=["s3:PutObject"],
        resources=[history.arn_for_objects(f"AWSLogs/{stack.account}/Config/*")],
        conditions={"StringEquals": {"s3:x-amz-acl": "bucket-owner-full-control"}},
    )
    looks = iam.PolicyStatement(actions=["s3:GetBucketAcl", "s3:ListBucket"], resources=[history.bucket_arn])
    role = iam.Role(
        scope,
        "RecorderRole",
        description="Lets AWS Config read what it records, and keep it in the bucket of the history.",
        assumed_by=service_of(scope, SERVICE, f"arn:{stack.partition}:config:*:{stack.account}:*"),
        managed_policies=[iam.ManagedPolicy.from_aws_managed_policy_name(READS)],
        inline_policies={"Keep": iam.PolicyDocument(statements=[writes, looks])},
    )
    suppress_wildcards(role, writes.resources, "AWS Config names its files by region and day.")
    finding = f"AwsSolutions::AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/{READS}]"
    suppress(role, {finding: "It reads what AWS Config records, which grows with AWS, and nothing else."})
    return role

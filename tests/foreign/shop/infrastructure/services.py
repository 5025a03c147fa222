"""The shop's own functions, as it would define them without the library."""

from pathlib import Path

import aws_cdk as cdk
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kinesis as kinesis
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from wellmade.foundation import PrivateBucket, suppress

SERVICES = Path(__file__).parents[1] / "services"

REASONS = {
    "CKV_AWS_115": "Their number is bounded by what calls them.",
    "CKV_AWS_116": "The queue has the dead-letter queue.",
    "function-log-group": "The group that Lambda makes is enough for the shop.",
    "CKV_AWS_173": "Its variables are names of resources.",
    "CKV_AWS_117": "It calls services of AWS only.",
    "AwsSolutions::AwsSolutions-L1": "The shop upgrades runtimes in spring.",
    "Serverless::Serverless-LambdaDLQ": "The queue has the dead-letter queue.",
    "Serverless::Serverless-LambdaDefaultMemorySize": "Its work is small.",
    "Serverless::Serverless-LambdaLogging": "It logs text.",
    "Serverless::Serverless-LambdaTracing": "The shop does not trace.",
    "Serverless::Serverless-LambdaLatestVersion": "The shop releases at night.",
}


def node_function(
    scope: Construct,
    construct_id: str = "Notify",
    *,
    timeout: cdk.Duration | None = None,
    bound: int | None = 5,
) -> lambda_.Function:
    """Return a function in Node.js."""
    function = lambda_.Function(
        scope,
        construct_id,
        runtime=lambda_.Runtime.NODEJS_22_X,
        handler="index.handler",
        code=lambda_.Code.from_asset(str(SERVICES / "notify")),
        timeout=timeout or cdk.Duration.seconds(10),
        reserved_concurrent_executions=bound,
    )
    accept_defaults(function)
    return function


def image_function(scope: Construct, construct_id: str = "Report") -> lambda_.DockerImageFunction:
    """Return a function in a container image."""
    function = lambda_.DockerImageFunction(
        scope,
        construct_id,
        code=lambda_.DockerImageCode.from_image_asset(str(SERVICES / "report")),
        timeout=cdk.Duration.seconds(20),
        reserved_concurrent_executions=4,
    )
    accept_defaults(function)
    return function


def accept_defaults(function: lambda_.Function) -> None:
    """Say why the CDK's defaults are enough for the shop."""
    suppress(function, REASONS)
    if function.role:
        managed = "service-role/AWSLambdaBasicExecutionRole"
        named = f"AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/{managed}]"
        suppress(function.role, {f"AwsSolutions::{named}": "The CDK's default."})


def dead_letter_queue(scope: Construct, construct_id: str = "Dead", *, fifo: bool = False) -> sqs.Queue:
    """Return the shop's own queue for messages that failed."""
    queue = sqs.Queue(
        scope,
        construct_id,
        fifo=fifo or None,
        enforce_ssl=True,
        encryption=sqs.QueueEncryption.SQS_MANAGED,
        retention_period=cdk.Duration.days(14),
    )
    reason = "It is a dead-letter queue itself."
    suppress(
        queue,
        {
            "AwsSolutions::AwsSolutions-SQS3": reason,
            "Serverless::Serverless-SQSRedrivePolicy": reason,
            "CKV_AWS_27": "The key of SQS is enough for the shop.",
        },
    )
    return queue


def clicks_stream(scope: Construct, construct_id: str = "Clicks") -> kinesis.Stream:
    """Return the shop's own stream."""
    return kinesis.Stream(
        scope,
        construct_id,
        retention_period=cdk.Duration.days(3),
        encryption=kinesis.StreamEncryption.MANAGED,
    )


def logs_bucket(scope: Construct) -> PrivateBucket:
    """Return a bucket for access logs."""
    bucket = PrivateBucket(scope, "Logs", expiration=cdk.Duration.days(90))
    reason = "It holds the access logs."
    suppress(bucket, {"AwsSolutions::AwsSolutions-S1": reason, "CKV_AWS_18": reason})
    return bucket


def own_table(scope: Construct, construct_id: str = "Table") -> dynamodb.Table:
    """Return the shop's own table."""
    table = dynamodb.Table(
        scope,
        construct_id,
        partition_key=dynamodb.Attribute(name="pk", type=dynamodb.AttributeType.STRING),
        billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
        point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
            point_in_time_recovery_enabled=True
        ),
    )
    suppress(table, {"CKV_AWS_119": "The key that AWS keeps is enough for the shop."})
    return table


def let_read(bucket: s3.Bucket, function: lambda_.Function) -> None:
    """Let a function read a bucket, as the CDK grants it."""
    bucket.grant_read(function)
    role = function.role
    if isinstance(role, iam.Role):
        actions = ("Action::s3:GetBucket*", "Action::s3:GetObject*", "Action::s3:List*")
        resource = bucket.node.default_child
        name = cdk.Stack.of(bucket).resolve(resource.logical_id) if isinstance(resource, s3.CfnBucket) else ""
        findings = (*actions, f"Resource::<{name}.Arn>/*")
        reason = "The CDK's way to grant reading."
        suppress(role, {f"AwsSolutions::AwsSolutions-IAM5[{each}]": reason for each in findings})


def own_bucket(scope: Construct, construct_id: str, logs: s3.IBucket) -> s3.Bucket:
    """Return the shop's own bucket."""
    return s3.Bucket(
        scope,
        construct_id,
        enforce_ssl=True,
        versioned=True,
        block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
        server_access_logs_bucket=logs,
        server_access_logs_prefix=f"{construct_id}/",
        lifecycle_rules=[
            s3.LifecycleRule(
                expiration=cdk.Duration.days(400),
                noncurrent_version_expiration=cdk.Duration.days(30),
                abort_incomplete_multipart_upload_after=cdk.Duration.days(7),
            )
        ],
    )


def own_balancer(scope: Construct, vpc: ec2.Vpc, *, public: bool = False) -> elbv2.ApplicationLoadBalancer:
    """Return the shop's own load balancer."""
    balancer = elbv2.ApplicationLoadBalancer(
        scope,
        "Balancer",
        vpc=vpc,
        internet_facing=public,
        drop_invalid_header_fields=True,
        deletion_protection=True,
    )
    logs = logs_bucket(scope)
    balancer.log_access_logs(logs)
    suppress(balancer, {"AwsSolutions::AwsSolutions-EC23": "The shop is for the world."})
    return balancer


def own_queue(scope: Construct, visibility: cdk.Duration, *, fifo: bool = False) -> sqs.Queue:
    """Return the shop's own queue with its dead-letter queue."""
    queue = sqs.Queue(
        scope,
        "Queue",
        fifo=fifo or None,
        content_based_deduplication=fifo or None,
        enforce_ssl=True,
        encryption=sqs.QueueEncryption.SQS_MANAGED,
        visibility_timeout=visibility,
        dead_letter_queue=sqs.DeadLetterQueue(queue=dead_letter_queue(scope, fifo=fifo), max_receive_count=4),
    )
    suppress(queue, {"CKV_AWS_27": "The key of SQS is enough for the shop."})
    return queue

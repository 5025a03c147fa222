"""The file pipeline as one would write it in plain L2 constructs, default settings."""

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_event_sources as sources
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_s3_notifications as notifications
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs

from wellmade.kit.packaging import function_archive


def define(app: cdk.App) -> None:
    """Define the same pattern: buckets, queues, function, tables, alarms and their topic."""
    stack = cdk.Stack(app, "Plain")
    inbox, results, quarantine = (_bucket(stack, name) for name in ("Inbox", "Results", "Quarantine"))
    dead_letters = sqs.Queue(stack, "DeadLetters", enforce_ssl=True, retention_period=cdk.Duration.days(14))
    queue = sqs.Queue(
        stack,
        "Queue",
        enforce_ssl=True,
        visibility_timeout=cdk.Duration.seconds(1805),
        dead_letter_queue=sqs.DeadLetterQueue(queue=dead_letters, max_receive_count=3),
    )
    function = _function(stack)
    function.add_event_source(
        sources.SqsEventSource(
            queue,
            batch_size=10,
            max_batching_window=cdk.Duration.seconds(5),
            max_concurrency=10,
            report_batch_item_failures=True,
        )
    )
    for suffix in (".csv", ".jsonl"):
        inbox.add_event_notification(
            s3.EventType.OBJECT_CREATED,
            notifications.SqsDestination(queue),
            s3.NotificationKeyFilter(prefix="incoming/", suffix=suffix),
        )
    inbox.grant_read(function)
    results.grant_write(function)
    quarantine.grant_write(function)
    for name in ("Rows", "Claims"):
        _table(stack, name).grant_write_data(function)
    _alarms(stack, queue, dead_letters, function)


def _bucket(stack: cdk.Stack, name: str) -> s3.Bucket:
    return s3.Bucket(
        stack,
        name,
        block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
        encryption=s3.BucketEncryption.S3_MANAGED,
        enforce_ssl=True,
        minimum_tls_version=1.2,
        object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
        versioned=True,
        lifecycle_rules=[
            s3.LifecycleRule(
                abort_incomplete_multipart_upload_after=cdk.Duration.days(7),
                noncurrent_version_expiration=cdk.Duration.days(30),
                transitions=[
                    s3.Transition(
                        storage_class=s3.StorageClass.INTELLIGENT_TIERING,
                        transition_after=cdk.Duration.days(0),
                    )
                ],
            )
        ],
    )


def _function(stack: cdk.Stack) -> lambda_.Function:
    return lambda_.Function(
        stack,
        "Function",
        runtime=lambda_.Runtime.PYTHON_3_14,
        architecture=lambda_.Architecture.ARM_64,
        handler="tabular_ingest.handler.handler",
        code=lambda_.Code.from_asset(
            str(
                function_archive(
                    "tabular_ingest", handler=None, python_version="3.14", architecture="arm64"
                ).archive
            )
        ),
        environment={"TABLE_NAME": "rows", "RESULTS_BUCKET": "results", "QUARANTINE_BUCKET": "quarantine"},
        log_group=logs.LogGroup(stack, "Logs", retention=logs.RetentionDays.ONE_MONTH),
        logging_format=lambda_.LoggingFormat.JSON,
        memory_size=512,
        reserved_concurrent_executions=10,
        timeout=cdk.Duration.minutes(5),
        tracing=lambda_.Tracing.ACTIVE,
    )


def _table(stack: cdk.Stack, name: str) -> dynamodb.Table:
    return dynamodb.Table(
        stack,
        name,
        partition_key=dynamodb.Attribute(name="pk", type=dynamodb.AttributeType.STRING),
        billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
        contributor_insights_specification=dynamodb.ContributorInsightsSpecification(enabled=True),
        deletion_protection=True,
        encryption=dynamodb.TableEncryption.AWS_MANAGED,
        point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
            point_in_time_recovery_enabled=True
        ),
    )


def _alarms(stack: cdk.Stack, queue: sqs.Queue, dead_letters: sqs.Queue, function: lambda_.Function) -> None:
    topic = sns.Topic(stack, "Alarms", master_key=kms.Key(stack, "Key"), enforce_ssl=True)
    metrics = {
        "DeadLetters": dead_letters.metric_approximate_number_of_messages_visible(),
        "Age": queue.metric_approximate_age_of_oldest_message(),
        "Errors": function.metric_errors(),
        "Throttles": function.metric_throttles(),
    }
    for name, metric in metrics.items():
        alarm = cloudwatch.Alarm(
            stack,
            f"{name}Alarm",
            metric=metric,
            threshold=1,
            evaluation_periods=1,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        )
        alarm.add_alarm_action(actions.SnsAction(topic))

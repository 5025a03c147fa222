"""Access logs, dashboard and outputs of a file pipeline, in every stack that has one."""

from aws_cdk import Stack
from constructs import Construct

from stacks.access_logs import log_access
from stacks.outputs import define_outputs
from stacks.settings import Settings
from wellmade.foundation import alarm_topic, monitor
from wellmade.ingest import FilePipeline


def add_operations(stack: Stack, pipeline: FilePipeline, settings: Settings, *beside: Construct) -> None:
    """Define access logs, a dashboard and outputs, and put the owner's tags on everything.

    Args:
        stack: The stack.
        pipeline: Its pipeline.
        settings: Of its environment.
        beside: What else the dashboard shows.
    """
    settings.suppress(pipeline)
    log_access(stack, (pipeline.inbox, pipeline.results, pipeline.quarantine), settings.removal_policy)
    monitor(stack, *beside, pipeline, pipeline.table)
    _define_outputs(stack, pipeline)
    settings.tag(stack)


def _define_outputs(stack: Stack, pipeline: FilePipeline) -> None:
    outputs = {
        "InboxBucketName": pipeline.inbox.bucket_name,
        "ResultsBucketName": pipeline.results.bucket_name,
        "QuarantineBucketName": pipeline.quarantine.bucket_name,
        "TableName": pipeline.table.table_name,
        "IdempotencyTableName": pipeline.idempotency_table.table_name,
        "QueueUrl": pipeline.queue.queue_url,
        "DeadLetterQueueUrl": pipeline.dead_letter_queue.queue_url,
        "FunctionName": pipeline.function.function_name,
        "AlarmTopicArn": alarm_topic(stack).topic_arn,
    }
    define_outputs(stack, outputs)

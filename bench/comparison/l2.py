"""The same of CDK's own constructs, with what their pages show: a dead-letter queue and defaults."""

import aws_cdk as cdk
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_event_sources as sources
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_s3_notifications as notifications
from aws_cdk import aws_sqs as sqs

app = cdk.App()
stack = cdk.Stack(app, "files")
bucket = s3.Bucket(stack, "Inbox")
failed = sqs.DeadLetterQueue(queue=sqs.Queue(stack, "Failed"), max_receive_count=3)
queue = sqs.Queue(stack, "Queue", dead_letter_queue=failed)
bucket.add_event_notification(s3.EventType.OBJECT_CREATED, notifications.SqsDestination(queue))
function = lambda_.Function(
    stack,
    "Handler",
    runtime=lambda_.Runtime.PYTHON_3_13,
    handler="handler.handler",
    code=lambda_.Code.from_asset("code"),
)
function.add_event_source(sources.SqsEventSource(queue))
bucket.grant_read(function)
app.synth()

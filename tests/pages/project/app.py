"""The app of a reader of docs/local.md."""

import os

import aws_cdk as cdk
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs

app = cdk.App(outdir=os.environ.get("CDK_OUTDIR"), analytics_reporting=False)
data, api = cdk.Stack(app, "DataStack"), cdk.Stack(app, "ApiStack")
cdk.CfnParameter(data, "Mail", default="nobody@example.com")
cdk.CfnParameter(api, "Size", type="Number", default=1)
s3.Bucket(data, "Bucket")
failed = sqs.Queue(data, "Failed", queue_name="orders-dlq")
sqs.Queue(
    data,
    "Orders",
    queue_name="orders",
    dead_letter_queue=sqs.DeadLetterQueue(queue=failed, max_receive_count=1),
)
sqs.Queue(api, "Inbox", queue_name="inbox")
sns.Topic(api, "Topic")
lambda_.Function(
    api,
    "Worker",
    runtime=lambda_.Runtime.PYTHON_3_13,
    handler="worker.handler",
    code=lambda_.Code.from_asset("worker"),
)
app.synth()

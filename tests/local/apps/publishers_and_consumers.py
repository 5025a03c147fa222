"""An inbox, a bus and a topic of one stack, and what uses them from another one."""

import aws_cdk as cdk
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3

from wellmade.foundation import DurableQueue, PythonFunction
from wellmade.ingest import FilePipeline
from wellmade.messaging import EventBus, FanOutTopic

DESTROY = cdk.RemovalPolicy.DESTROY
KEY = "two words + one.csv"
_PUBLISHER = f"""
import json, os
import boto3


def handler(event, context):
    key = os.environ["INBOX_PREFIX"] + "{KEY}"
    boto3.client("s3").put_object(Bucket=os.environ["INBOX_BUCKET"], Key=key, Body=b"id,name\\n1,one\\n")
    entry = {{"Source": "test", "DetailType": "OrderPlaced.v1", "EventBusName": os.environ["EVENT_BUS_NAME"]}}
    entries = [{{**entry, "Detail": json.dumps({{"wanted": wanted}})}} for wanted in (True, False)]
    failed = boto3.client("events").put_events(Entries=entries)["FailedEntryCount"]
    boto3.client("sns").publish(TopicArn=os.environ["TOPIC_ARN"], Message="from the topic")
    return failed
"""


class PublishersStack(cdk.Stack):
    """A plain bucket, a bus and a topic."""

    def __init__(self, scope: cdk.App, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        self.inbox = s3.Bucket(self, "Inbox", versioned=True, removal_policy=DESTROY)
        self.bus = EventBus(self, "Bus", removal_policy=DESTROY)
        self.topic = FanOutTopic(self, "Topic", removal_policy=DESTROY)


class ConsumersStack(cdk.Stack):
    """A pipeline on the inbox, a queue that gets what is published, and a function that publishes on all."""

    def __init__(self, scope: cdk.App, construct_id: str, publishers: PublishersStack) -> None:
        super().__init__(scope, construct_id)
        timeout = cdk.Duration.seconds(30)
        ingest = PythonFunction(
            self, "Ingest", code="tabular_ingest", timeout=timeout, reserved_concurrency=2
        )
        pipeline = FilePipeline(
            self,
            "Files",
            function=ingest,
            bucket=publishers.inbox,
            max_batching_window=cdk.Duration.seconds(0),
            removal_policy=DESTROY,
        )
        heard = DurableQueue(self, "Heard", removal_policy=DESTROY)
        publishers.bus.add_target("FromBus", heard, event="OrderPlaced.v1", detail={"wanted": [True]})
        publishers.topic.subscribe("FromTopic", heard)
        publisher = lambda_.Function(
            self,
            "Publisher",
            runtime=lambda_.Runtime.PYTHON_3_13,
            handler="index.handler",
            code=lambda_.Code.from_inline(_PUBLISHER),
            timeout=timeout,
        )
        for each in (pipeline, publishers.bus, publishers.topic):
            each.connect(publisher)
        outputs = {
            "PublisherName": publisher.function_name,
            "HeardUrl": heard.queue_url,
            "ResultsBucketName": pipeline.results.bucket_name,
            "DeadLetterQueueUrl": pipeline.dead_letter_queue.queue_url,
        }
        for name, value in outputs.items():
            cdk.CfnOutput(self, name, value=value)

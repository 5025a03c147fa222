"""A tiny app: a queue that enforces TLS, a function, a table, and an alarm that reaches a subscriber."""

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_event_sources as sources
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from aws_cdk import aws_sqs as sqs
from constructs import Construct

_WRITER = """
import json, os
import boto3

table = boto3.resource("dynamodb").Table(os.environ["TABLE"])


def handler(event, context):
    for record in event["Records"]:
        receives = record["attributes"]["ApproximateReceiveCount"]
        print(json.dumps({"receives": receives, "environment": dict(os.environ)}))
        table.put_item(Item={"pk": record["body"], "receives": receives})
"""


class ProbeStack(cdk.Stack):
    """Queue → function → table, with a dead-letter queue that is watched.

    Args:
        granted: Whether the function may write to its table.
    """

    def __init__(self, scope: Construct, construct_id: str, *, granted: bool) -> None:
        super().__init__(scope, construct_id)
        # Where each delivery fails, redelivery shall be quick; elsewhere a busy machine may take its time.
        patience = cdk.Duration.seconds(30 if granted else 2)
        table = dynamodb.Table(
            self, "Table", partition_key=dynamodb.Attribute(name="pk", type=dynamodb.AttributeType.STRING)
        )
        dead = sqs.Queue(self, "DeadLetters", enforce_ssl=True)
        queue = sqs.Queue(
            self,
            "Queue",
            enforce_ssl=True,
            visibility_timeout=patience,
            dead_letter_queue=sqs.DeadLetterQueue(queue=dead, max_receive_count=3),
        )
        function = lambda_.Function(
            self,
            "Writer",
            runtime=lambda_.Runtime.PYTHON_3_13,
            handler="index.handler",
            code=lambda_.Code.from_inline(_WRITER),
            timeout=patience,
            reserved_concurrent_executions=2,
            environment={"TABLE": table.table_name},
        )
        function.add_event_source(sources.SqsEventSource(queue, batch_size=1))
        if granted:
            table.grant_write_data(function)
        self._watch(dead)
        outputs = {
            "QueueUrl": queue.queue_url,
            "DeadUrl": dead.queue_url,
            "TableName": table.table_name,
            "FunctionName": function.function_name,
        }
        for name, value in outputs.items():
            cdk.CfnOutput(self, name, value=value)

    def _watch(self, dead: sqs.Queue) -> None:
        subscriber = sqs.Queue(self, "Subscriber", enforce_ssl=True)
        for name, key in {"Plain": None, "Encrypted": kms.Key(self, "Key")}.items():
            topic = sns.Topic(self, f"{name}Topic", enforce_ssl=True, master_key=key)
            if key:
                key.grant_encrypt_decrypt(cdk.aws_iam.ServicePrincipal("cloudwatch.amazonaws.com"))
            topic.add_subscription(subscriptions.SqsSubscription(subscriber, raw_message_delivery=True))
            alarm = cloudwatch.Alarm(
                self,
                f"{name}Alarm",
                metric=dead.metric_approximate_number_of_messages_visible(period=cdk.Duration.minutes(1)),
                threshold=1,
                evaluation_periods=1,
            )
            alarm.add_alarm_action(actions.SnsAction(topic))
        cdk.CfnOutput(self, "SubscriberUrl", value=subscriber.queue_url)

"""A stream and a table whose records a function reads; one record in each is poison."""

from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_kinesis as kinesis
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_event_sources as sources
from aws_cdk import aws_sqs as sqs
from constructs import Construct

_READER = """
import base64, os


def handler(event, context):
    names = [name_of(record) for record in event["Records"]]
    print("batch", *names)
    if "MISREPORT" in os.environ:
        return {"batchItemFailures": [{"itemIdentifier": "no record of this batch"}]}
    if "poison" in names and "REPORT" not in os.environ:
        raise ValueError("poison")
    failed = [record for record in event["Records"] if name_of(record) == "poison"]
    return {"batchItemFailures": [{"itemIdentifier": number_of(record)} for record in failed]}


def name_of(record):
    if "kinesis" in record:
        return base64.b64decode(record["kinesis"]["data"]).decode()
    return record["dynamodb"]["Keys"]["pk"]["S"]


def number_of(record):
    return record["kinesis"]["sequenceNumber"] if "kinesis" in record else record["dynamodb"]["SequenceNumber"]
"""


class StreamsStack(cdk.Stack):
    """One reader bisects, two report which record failed, one reports none that there is."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        stream = kinesis.Stream(self, "Stream", shard_count=1)
        table = dynamodb.Table(
            self,
            "Table",
            partition_key=dynamodb.Attribute(name="pk", type=dynamodb.AttributeType.STRING),
            stream=dynamodb.StreamViewType.NEW_IMAGE,
        )
        failed = sqs.Queue(self, "Failed")
        options: dict[str, Any] = {
            "starting_position": lambda_.StartingPosition.TRIM_HORIZON,
            "on_failure": sources.SqsDlq(failed),
        }
        bisecting = sources.KinesisEventSource(
            stream, **options, bisect_batch_on_error=True, retry_attempts=0
        )
        partial = sources.KinesisEventSource(
            stream, **options, report_batch_item_failures=True, retry_attempts=0
        )
        table_source = sources.DynamoEventSource(
            table, **options, report_batch_item_failures=True, retry_attempts=1
        )
        self._read("Bisecting", bisecting)
        self._read("Partial", partial, REPORT="yes")
        self._read("FromTable", table_source, REPORT="yes")
        wrong = sources.KinesisEventSource(
            stream, **options, report_batch_item_failures=True, retry_attempts=0
        )
        self._read("Misreporting", wrong, MISREPORT="yes")
        outputs = {
            "StreamName": stream.stream_name,
            "TableName": table.table_name,
            "FailedUrl": failed.queue_url,
        }
        for name, value in outputs.items():
            cdk.CfnOutput(self, name, value=value)

    def _read(self, name: str, source: lambda_.IEventSource, **environment: str) -> None:
        function = lambda_.Function(
            self,
            name,
            runtime=lambda_.Runtime.PYTHON_3_13,
            handler="index.handler",
            code=lambda_.Code.from_inline(_READER),
            environment=environment,
        )
        function.add_event_source(source)
        cdk.CfnOutput(self, f"{name}Name", value=function.function_name)

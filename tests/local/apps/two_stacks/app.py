"""A handler in a layout of its own, which uses everything that it is connected to."""

import json
import os
from collections.abc import Callable

import boto3
from botocore.exceptions import ClientError


def lambda_handler(event: dict[str, str], _context: object) -> dict[str, str]:
    """Call each store once, and answer with the names of those that let the function in."""
    body = json.dumps({"from": event["caller"]})
    key = {"pk": {"S": event["caller"]}}
    calls: dict[str, Callable[[], object]] = {
        "queue": lambda: boto3.client("sqs").send_message(QueueUrl=os.environ["QUEUE_URL"], MessageBody=body),
        "worker": lambda: boto3.client("sqs").send_message(
            QueueUrl=os.environ["WORK_QUEUE_URL"], MessageBody=body
        ),
        "table": lambda: boto3.client("dynamodb").put_item(TableName=os.environ["TABLE_NAME"], Item=key),
        "topic": lambda: boto3.client("sns").publish(TopicArn=os.environ["TOPIC_ARN"], Message=body),
        "stream": lambda: boto3.client("kinesis").put_records(
            StreamName=os.environ["STREAM_NAME"], Records=[{"Data": body.encode(), "PartitionKey": "a"}]
        ),
        "bus": lambda: boto3.client("events").put_events(
            Entries=[
                {
                    "EventBusName": os.environ["EVENT_BUS_NAME"],
                    "Source": "shop",
                    "DetailType": "OrderPlaced.v1",
                    "Detail": body,
                }
            ]
        ),
    }
    answers: dict[str, str] = {}
    for name, call in calls.items():
        try:
            call()
            answers[name] = "allowed"
        except ClientError as error:  # the test reads which call was refused, and how
            answers[name] = str(error)
    return answers

"""Messages and records of streams, as pipes hand them on."""

import base64
from typing import Any

Properties = dict[str, Any]


def of_queue(message: Properties, arn: str) -> Properties:
    """Return a message as a pipe hands it on."""
    return {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": message.get("Attributes", {}),
        "messageAttributes": message.get("MessageAttributes", {}),
        "md5OfBody": message["MD5OfBody"],
        "eventSource": "aws:sqs",
        "eventSourceARN": arn,
        "awsRegion": arn.split(":")[3],
    }


def of_stream(record: Properties, arn: str, shard: str) -> Properties:
    """Return a record of a stream as a pipe hands it on."""
    return {
        "eventSource": "aws:kinesis",
        "eventID": f"{shard}:{record['SequenceNumber']}",
        "eventSourceARN": arn,
        "awsRegion": arn.split(":")[3],
        "kinesisSchemaVersion": "1.0",
        "partitionKey": record["PartitionKey"],
        "sequenceNumber": record["SequenceNumber"],
        "data": base64.b64encode(record["Data"]).decode(),
        "approximateArrivalTimestamp": record["ApproximateArrivalTimestamp"].timestamp(),
    }


def identity(record: Properties) -> str:
    """Return what a target names a message or a record by."""
    return str(record.get("eventID") or record.get("messageId"))

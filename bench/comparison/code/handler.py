"""Reads each object that a message names."""

import json
from typing import Any

import boto3

s3 = boto3.client("s3")


def handler(event: dict[str, Any], _context: object) -> None:
    """Take a batch of notifications."""
    for record in event["Records"]:
        for each in json.loads(record["body"]).get("Records", []):
            s3.get_object(Bucket=each["s3"]["bucket"]["name"], Key=each["s3"]["object"]["key"])

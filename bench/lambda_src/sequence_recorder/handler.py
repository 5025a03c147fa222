"""Note the order in which the messages of a group are worked on: what the benchmark of order looks at."""

import json
import os
from typing import Any

import boto3

dynamodb = boto3.client("dynamodb")
TABLE = os.environ["TABLE_NAME"]


class PoisonError(Exception):
    """A message that always fails."""


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Work through a batch in order; after a failure the rest of that group goes back."""
    failed: dict[str, str] = {}
    back = []
    for record in event["Records"]:
        group = record["attributes"]["MessageGroupId"]
        try:
            if group not in failed:
                _note(json.loads(record["body"]))
        except PoisonError as error:
            failed[group] = str(error)
        if group in failed:
            back.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": back}


def _note(message: dict[str, Any]) -> None:
    """Count a number of a group that is above all before; any other was seen before, or comes too late."""
    if message.get("poison"):
        raise PoisonError
    try:
        dynamodb.update_item(
            TableName=TABLE,
            Key={"pk": {"S": message["group"]}},
            UpdateExpression="SET #last = :number ADD done :one",
            ConditionExpression="attribute_not_exists(#last) OR #last < :number",
            ExpressionAttributeNames={"#last": "last"},
            ExpressionAttributeValues={":number": {"N": str(message["number"])}, ":one": {"N": "1"}},
        )
    except dynamodb.exceptions.ConditionalCheckFailedException:
        dynamodb.update_item(
            TableName=TABLE,
            Key={"pk": {"S": f"{message['group']}#again"}},
            UpdateExpression="ADD seen :one",
            ExpressionAttributeValues={":one": {"N": "1"}},
        )

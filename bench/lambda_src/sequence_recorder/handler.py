"""Note the order in which the messages of a group are worked on: what the benchmark of order looks at."""

import json
import os
from typing import Any

from wellmade_runtime.clients import dynamodb_client
from wellmade_runtime.idempotent_counter import idempotency_marker
from wellmade_runtime.identity import ContradictionError, is_repetition
from wellmade_runtime.transactions import transact

dynamodb = dynamodb_client()
TABLE = os.environ["TABLE_NAME"]


class PoisonError(Exception):
    """A message that always fails."""


class OutOfOrderError(Exception):
    """A message that comes after one of its group with a larger number."""


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Work through a batch in order; after a failure the rest of that group goes back."""
    failed: set[str] = set()
    back = []
    for record in event["Records"]:
        group = record["attributes"]["MessageGroupId"]
        try:
            if group not in failed:
                _note(json.loads(record["body"]))
        except (PoisonError, ContradictionError, OutOfOrderError):
            failed.add(group)
        if group in failed:
            back.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": back}


def _note(message: dict[str, Any]) -> None:
    """Count a number of a group that is above all before, once, and keep what it said."""
    if message.get("poison"):
        raise PoisonError
    group, number = message["group"], str(message["number"])
    noted: Any = {
        "Update": {
            "TableName": TABLE,
            "Key": {"pk": {"S": group}},
            "UpdateExpression": "SET #last = :number ADD done :one, #total :value",
            "ConditionExpression": "attribute_not_exists(#last) OR #last < :number",
            "ExpressionAttributeNames": {"#last": "last", "#total": "total"},
            "ExpressionAttributeValues": {
                ":number": {"N": number},
                ":one": {"N": "1"},
                ":value": {"N": str(message["value"])},
            },
        }
    }
    try:
        transact(dynamodb, [idempotency_marker(TABLE, f"{group}#{number}", message), noted])
    except dynamodb.exceptions.TransactionCanceledException as error:
        if is_repetition(error, message, "message"):
            return
        reasons: Any = error.response["CancellationReasons"]
        if reasons[1]["Code"] == "ConditionalCheckFailed":
            raise OutOfOrderError from error
        raise

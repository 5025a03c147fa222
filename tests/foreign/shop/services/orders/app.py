"""The shop's own handler, in a layout of its own."""

import json
import logging
from typing import Any

log = logging.getLogger()


def lambda_handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Take a batch of messages, or a request."""
    if "Records" not in event:
        return {"statusCode": 200, "body": json.dumps({"taken": True})}
    failed: list[dict[str, str]] = []
    for record in event["Records"]:
        try:
            json.loads(record["body"])
        except (KeyError, ValueError):
            log.exception("not taken")
            failed.append({"itemIdentifier": record.get("messageId", "")})
    return {"batchItemFailures": failed}

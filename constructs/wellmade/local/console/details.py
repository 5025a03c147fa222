"""What is in one of them: lines of a log, messages, objects, items. Nothing here changes anything."""

import json
from collections.abc import Mapping
from typing import Any

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.httpsession import URLLib3Session

from wellmade.errors import WellmadeError
from wellmade.local.access import KEY_ID, REGION
from wellmade.local.server import LocalCloud

Asked = Mapping[str, str]
Answer = Mapping[str, Any]
MOST = 200
"""Lines, objects or items that are shown at once."""


def log(cloud: LocalCloud, asked: Asked) -> Answer:
    """Return the last lines of a log group."""
    logs = cloud.client("logs")
    try:
        pages = logs.get_paginator("filter_log_events").paginate(logGroupName=asked["group"])
        events = [event for page in pages for event in page["events"]]
    except logs.exceptions.ResourceNotFoundException:
        return {"lines": []}  # nothing was written yet
    shown = [{"time": event["timestamp"], "message": event["message"]} for event in events[-MOST:]]
    return {"lines": shown, "leftOut": max(0, len(events) - MOST)}


def messages(cloud: LocalCloud, asked: Asked) -> Answer:
    """Return messages of a queue without receiving them, so that consumers see them as before.

    Raises:
        WellmadeError: If the queue cannot be looked into.
    """
    answer = _peek(cloud, asked["url"])
    return {"messages": answer["Messages"], "leftOut": answer["Count"] - len(answer["Messages"])}


def _peek(cloud: LocalCloud, url: str) -> dict[str, Any]:
    """Call the operation that this cloud has beside those of AWS."""
    headers = {"Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": "AmazonSQS.PeekMessages"}
    request = AWSRequest("POST", cloud.endpoint, data=json.dumps({"QueueUrl": url}), headers=headers)
    SigV4Auth(Credentials(KEY_ID, cloud.secret_key), "sqs", REGION).add_auth(request)
    answer = URLLib3Session(timeout=10, proxies={}).send(request.prepare())
    document: dict[str, Any] = json.loads(answer.text)
    if answer.status_code >= 300:
        raise WellmadeError(document.get("message") or f"{url} cannot be looked into")
    return document


def objects(cloud: LocalCloud, asked: Asked) -> Answer:
    """Return keys and sizes of a bucket's objects."""
    answer = cloud.client("s3").list_objects_v2(
        Bucket=asked["bucket"], Prefix=asked.get("prefix", ""), MaxKeys=MOST
    )
    return {
        "objects": [
            {"key": each["Key"], "size": each["Size"], "modified": each["LastModified"].isoformat()}
            for each in answer.get("Contents", [])
        ],
        "more": answer["IsTruncated"],
    }


def items(cloud: LocalCloud, asked: Asked) -> Answer:
    """Return items of a table as DynamoDB writes them."""
    answer = cloud.client("dynamodb").scan(TableName=asked["table"], Limit=MOST)
    shown = [{name: _plain(value) for name, value in item.items()} for item in answer["Items"]]
    return {"items": shown, "more": "LastEvaluatedKey" in answer}


def _plain(value: Mapping[str, Any]) -> Any:
    """Return a value without its type; numbers stay text, since JSON would round them."""
    [(kind, inner)] = value.items()
    if kind == "M":
        return {name: _plain(each) for name, each in inner.items()}
    if kind == "L":
        return [_plain(each) for each in inner]
    if kind in ("B", "BS"):
        return "binary"
    return None if kind == "NULL" else inner

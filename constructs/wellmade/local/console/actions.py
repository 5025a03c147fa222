"""What the page can change: send a message, and send dead letters back."""

from collections.abc import Mapping
from typing import Any

from wellmade.errors import WellmadeError
from wellmade.local.server import LocalCloud

Asked = Mapping[str, Any]
Answer = Mapping[str, Any]


def send(cloud: LocalCloud, asked: Asked) -> Answer:
    """Send a message to a queue.

    Raises:
        WellmadeError: If the body is empty.
    """
    body, url = str(asked["body"]), str(asked["url"])
    if not body:
        raise WellmadeError("body must have at least one character, got none")
    more = {"MessageGroupId": str(asked.get("group") or "console")} if url.endswith(".fifo") else {}
    if more:
        more["MessageDeduplicationId"] = str(asked["once"])
    answer = cloud.client("sqs").send_message(QueueUrl=url, MessageBody=body, **more)
    return {"id": answer["MessageId"]}


def redrive(cloud: LocalCloud, asked: Asked) -> Answer:
    """Send the messages of a dead-letter queue back to where they failed."""
    sqs, arn = cloud.client("sqs"), str(asked["arn"])
    sqs.start_message_move_task(SourceArn=arn)
    [task] = sqs.list_message_move_tasks(SourceArn=arn)["Results"]
    return {"moved": task["ApproximateNumberOfMessagesMoved"]}

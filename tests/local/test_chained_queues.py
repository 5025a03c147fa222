"""A dead-letter queue that has one of its own gives a message as many tries as it says."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from wellmade.local.server import LocalCloud

pytestmark = pytest.mark.local


def queue(cloud: LocalCloud, name: str, gives_up_to: str = "", tries: int = 0) -> tuple[str, str]:
    """Make a queue whose messages are visible again at once; return its URL and ARN."""
    policy = json.dumps({"deadLetterTargetArn": gives_up_to, "maxReceiveCount": tries})
    redrive = {"RedrivePolicy": policy} if gives_up_to else {}
    sqs = cloud.client("sqs")
    url = sqs.create_queue(QueueName=name, Attributes={"VisibilityTimeout": "0", **redrive})["QueueUrl"]
    attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]
    return url, attributes["QueueArn"]


def test_each_queue_of_a_chain_counts_its_own_receives(
    cloud: LocalCloud, eventually: Callable[..., None]
) -> None:
    last, last_arn = queue(cloud, "chain-last")
    retry, retry_arn = queue(cloud, "chain-retry", last_arn, tries=2)
    first, _ = queue(cloud, "chain-first", retry_arn, tries=3)
    sqs = cloud.client("sqs")

    def counts(url: str) -> list[str]:
        """Receive until the queue has given the message up."""
        found = []
        while messages := sqs.receive_message(
            QueueUrl=url, MessageSystemAttributeNames=["ApproximateReceiveCount"]
        ).get("Messages"):
            found.append(messages[0]["Attributes"]["ApproximateReceiveCount"])
        return found

    sqs.send_message(QueueUrl=first, MessageBody="poison")

    assert counts(first) == ["1", "2", "3"]
    assert counts(retry) == ["4", "5"]

    sqs.start_message_move_task(SourceArn=last_arn, DestinationArn=retry_arn)

    def is_back() -> Any:
        attributes = sqs.get_queue_attributes(QueueUrl=retry, AttributeNames=["ApproximateNumberOfMessages"])
        return attributes["Attributes"]["ApproximateNumberOfMessages"] == "1"

    eventually(is_back)
    assert counts(retry) == ["1", "2"]
    assert sqs.receive_message(QueueUrl=last)["Messages"][0]["Body"] == "poison"

"""Take messages from a queue, put them back, delete them: ten a call, each entry accounted for."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from wellmade.redrive.entries import read_entries
from wellmade.redrive.message import Message, received
from wellmade.redrive.queues import Queue

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

BATCH = 10
"""What SQS takes in one call."""


def receive(sqs: "SQSClient", queue: Queue, *, most: int, hidden_for: int, wait: int) -> list[Message]:
    """Receive up to `most` messages, invisible to others for `hidden_for` seconds.

    `wait` is the long poll in seconds: from 1 on, an empty answer means that all of SQS's servers were asked.
    """
    answer = sqs.receive_message(
        QueueUrl=queue.url,
        MaxNumberOfMessages=min(BATCH, most),
        VisibilityTimeout=hidden_for,
        WaitTimeSeconds=wait,
        MessageAttributeNames=["All"],
        MessageSystemAttributeNames=["All"],
    )
    listed = answer.get("Messages") or []
    return list({found.id: found for found in (received(each, fifo=queue.fifo) for each in listed)}.values())


def release(sqs: "SQSClient", queue: Queue, messages: Sequence[Message]) -> int:
    """Make messages visible again at once; return for how many that is not sure: SQS does so later."""
    failed = 0
    for batch in _batches(messages):
        answer = sqs.change_message_visibility_batch(
            QueueUrl=queue.url,
            Entries=[
                {"Id": str(n), "ReceiptHandle": message.receipt, "VisibilityTimeout": 0}
                for n, message in enumerate(batch)
            ],
        )
        failed += len(batch) - len(read_entries(answer, len(batch)).done)
    return failed


def delete(sqs: "SQSClient", queue: Queue, messages: Sequence[Message]) -> list[Message]:
    """Delete messages; return those of which SQS did not say that they are deleted."""
    failed: list[Message] = []
    for batch in _batches(messages):
        answer = sqs.delete_message_batch(
            QueueUrl=queue.url,
            Entries=[{"Id": str(n), "ReceiptHandle": message.receipt} for n, message in enumerate(batch)],
        )
        done = read_entries(answer, len(batch)).done
        failed += [message for place, message in enumerate(batch) if place not in done]
    return failed


def _batches(messages: Sequence[Message]) -> Iterator[Sequence[Message]]:
    for start in range(0, len(messages), BATCH):
        yield messages[start : start + BATCH]

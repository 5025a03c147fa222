"""Messages of a queue: received one at a time, kept invisible while worked on, then deleted or released."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import MessageTypeDef

logger = logging.getLogger("invoice_worker")


@dataclass(frozen=True, slots=True)
class Inbox:
    """The queue."""

    sqs: "SQSClient"
    url: str
    visibility: int
    """Seconds that a message stays hidden after each heartbeat."""
    patience: int
    """Seconds that a poll waits for a message."""

    def receive(self) -> "MessageTypeDef | None":
        """Wait for a message; None when none came."""
        answer = self.sqs.receive_message(
            QueueUrl=self.url,
            MaxNumberOfMessages=1,
            WaitTimeSeconds=self.patience,
            VisibilityTimeout=self.visibility,
        )
        return next(iter(answer.get("Messages", [])), None)

    def delete(self, message: "MessageTypeDef") -> None:
        """Delete a message."""
        self.sqs.delete_message(QueueUrl=self.url, ReceiptHandle=message["ReceiptHandle"])

    def release(self, message: "MessageTypeDef") -> None:
        """Let others receive a message at once; after its last receive it goes to the dead-letter queue."""
        self._change_visibility(message, 0)

    @contextmanager
    def extend_visibility(self, message: "MessageTypeDef") -> Iterator[None]:
        """Extend a message's visibility repeatedly, so that long work is not done twice at once."""
        finished = threading.Event()
        beats = threading.Thread(target=self._beat, args=(message, finished), name="heartbeat")
        beats.start()
        try:
            yield
        finally:
            finished.set()
            beats.join()

    def _beat(self, message: "MessageTypeDef", finished: threading.Event) -> None:
        while not finished.wait(self.visibility / 3):
            try:
                self._change_visibility(message, self.visibility)
            except (BotoCoreError, ClientError) as error:
                # Two more beats come before the message is seen again.
                logger.warning("a heartbeat failed", extra={"reason": type(error).__name__})

    def _change_visibility(self, message: "MessageTypeDef", seconds: int) -> None:
        self.sqs.change_message_visibility(
            QueueUrl=self.url, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=seconds
        )

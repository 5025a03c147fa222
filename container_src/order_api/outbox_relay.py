"""Transactional-outbox relay: sends the rows of the outbox that were not sent."""

import logging
import threading
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

import boto3
import psycopg
import psycopg_pool
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from order_api.orders import Orders

if TYPE_CHECKING:
    from mypy_boto3_sqs.type_defs import SendMessageBatchRequestEntryTypeDef

INTERVAL = 0.5
"""Seconds between two looks that found nothing: about how long an order waits to be sent."""
BATCH = 10
"""Most messages that one call sends."""
_TIMEOUTS = Config(connect_timeout=2, read_timeout=4, retries={"mode": "standard", "total_max_attempts": 2})
_ERRORS = (psycopg.Error, psycopg_pool.PoolTimeout, BotoCoreError, ClientError)

logger = logging.getLogger("order_api")


class OutboxRelay(threading.Thread):
    """One thread beside the requests; each process has one, and rows are locked against each other."""

    def __init__(self, orders: Orders, queue_url: str) -> None:
        # A daemon, so that a call that hangs does not outlive the deadline of the process.
        super().__init__(name="relay", daemon=True)
        self._orders = orders
        self._queue_url = queue_url
        self._sqs = boto3.client("sqs", config=_TIMEOUTS)
        self._stopped = threading.Event()
        self._deadline = 0.0

    def run(self) -> None:
        """Relay until stopped, and from then on until nothing is left or the time is over."""
        while not self._stopped.is_set():
            if not self._relay_once():
                self._stopped.wait(INTERVAL)
        while time.monotonic() < self._deadline and self._relay_once():
            pass
        self._say_what_is_left()

    def stop(self, seconds: float = 5.0) -> None:
        """Send what is left, for so many seconds at most, and end; other processes send the rest."""
        self._deadline = time.monotonic() + seconds
        self._stopped.set()
        self.join(seconds + 1)

    def _relay_once(self) -> int:
        try:
            return self._orders.send_unsent(self._send)
        except _ERRORS as error:
            # What was not sent stays unsent in its row, and is found the next time.
            logger.warning("orders wait to be sent", extra={"reason": type(error).__name__})
            return 0

    def _say_what_is_left(self) -> None:
        try:
            left = self._orders.unsent()
        except _ERRORS as error:
            logger.warning("unknown how many orders wait", extra={"reason": type(error).__name__})
        else:
            logger.info("orders that wait to be sent", extra={"orders": left})

    def _send(self, messages: Sequence[str]) -> list[bool]:
        """Send messages, ten a call, and say of each whether it was sent."""
        sent: list[bool] = []
        for start in range(0, len(messages), BATCH):
            entries: list[SendMessageBatchRequestEntryTypeDef] = [
                {"Id": str(index), "MessageBody": message}
                for index, message in enumerate(messages[start : start + BATCH])
            ]
            try:
                answer = self._sqs.send_message_batch(QueueUrl=self._queue_url, Entries=entries)
            except (BotoCoreError, ClientError) as error:
                logger.warning("orders wait to be sent", extra={"reason": type(error).__name__})
                return sent + [False] * (len(messages) - len(sent))
            done = {each["Id"] for each in answer.get("Successful", [])}
            sent += [entry["Id"] in done for entry in entries]
        return sent

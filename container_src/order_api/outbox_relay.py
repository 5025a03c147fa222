"""Transactional-outbox relay: sends the rows of the outbox that were not sent."""

import logging
import threading

import boto3
import psycopg
import psycopg_pool
from botocore.exceptions import BotoCoreError, ClientError

from order_api.orders import Orders

INTERVAL = 0.5
"""Seconds between two looks that found nothing: about how long an order waits to be sent."""

logger = logging.getLogger("order_api")


class OutboxRelay(threading.Thread):
    """One thread beside the requests; each process has one, and rows are locked against each other."""

    def __init__(self, orders: Orders, queue_url: str) -> None:
        super().__init__(name="relay")
        self._orders = orders
        self._queue_url = queue_url
        self._sqs = boto3.client("sqs")
        self._stopped = threading.Event()
        self._is_prepared = False

    def run(self) -> None:
        """Relay until stopped, and once more after that, so that nothing waits for the next process."""
        while not self._stopped.is_set():
            if not self._relay_once():
                self._stopped.wait(INTERVAL)
        self._relay_once()

    def stop(self) -> None:
        """Finish what is under way, relay once more, and end."""
        self._stopped.set()
        self.join()

    def _relay_once(self) -> int:
        try:
            if not self._is_prepared:
                self._orders.prepare()
                self._is_prepared = True
            return self._orders.send_unsent(self._send)
        except (psycopg.Error, psycopg_pool.PoolTimeout, BotoCoreError, ClientError) as error:
            # What was not sent stays unsent in its row, and is found the next time.
            logger.warning("orders wait to be sent", extra={"reason": type(error).__name__})
            return 0

    def _send(self, message: str) -> None:
        self._sqs.send_message(QueueUrl=self._queue_url, MessageBody=message)

"""Sends what was kept and not sent, over and over."""

import logging
import threading

import boto3
import psycopg
import psycopg_pool
from botocore.exceptions import BotoCoreError, ClientError

from order_api.orders import Orders

INTERVAL = 0.5
"""Seconds between sweeps that found nothing: about how long an order waits to be sent."""

logger = logging.getLogger("order_api")


class Sweeper(threading.Thread):
    """One thread beside the requests; each process has one, and rows are locked against each other."""

    def __init__(self, orders: Orders, queue_url: str) -> None:
        super().__init__(name="sweeper")
        self._orders = orders
        self._queue_url = queue_url
        self._sqs = boto3.client("sqs")
        self._stopped = threading.Event()
        self._is_prepared = False

    def run(self) -> None:
        """Sweep until stopped, and once more after that, so that nothing waits for the next process."""
        while not self._stopped.is_set():
            if not self._swept():
                self._stopped.wait(INTERVAL)
        self._swept()

    def stop(self) -> None:
        """Finish the sweep under way, make the last, and end."""
        self._stopped.set()
        self.join()

    def _swept(self) -> int:
        try:
            if not self._is_prepared:
                self._orders.prepare()
                self._is_prepared = True
            return self._orders.send_unsent(self._send)
        except (psycopg.Error, psycopg_pool.PoolTimeout, BotoCoreError, ClientError) as error:
            # What was not sent stays unsent in its row, and the next sweep finds it.
            logger.warning("orders wait to be sent", extra={"reason": type(error).__name__})
            return 0

    def _send(self, message: str) -> None:
        self._sqs.send_message(QueueUrl=self._queue_url, MessageBody=message)

"""The loop: take, work, done; on SIGTERM finish what was begun and take no more."""

import logging
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from invoice_worker.domain import MalformedError, invoice_of
from invoice_worker.inbox import Inbox
from invoice_worker.invoices import Invoices
from invoice_worker.protection import Protection

if TYPE_CHECKING:
    from mypy_boto3_sqs.type_defs import MessageTypeDef

PAUSE_AFTER_FAILURE = 1.0

logger = logging.getLogger("invoice_worker")


@dataclass
class Worker:
    """One message at a time."""

    inbox: Inbox
    invoices: Invoices
    protection: Protection
    stopping: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        """Work until asked to stop."""
        while not self.stopping.is_set():
            try:
                self._step()
            except (BotoCoreError, ClientError) as error:
                # What was taken comes back when its visibility ends.
                logger.warning("a call failed", extra={"reason": str(error)})
                self.stopping.wait(PAUSE_AFTER_FAILURE)
        self.protection.switch(on=False)

    def _step(self) -> None:
        message = self.inbox.receive()
        if message is None:
            self.protection.switch(on=False)
        elif self.stopping.is_set():
            self.inbox.release(message)
        else:
            self.protection.switch(on=True)
            with self.inbox.extend_visibility(message):
                self._work(message)

    def _work(self, message: "MessageTypeDef") -> None:
        try:
            invoice = invoice_of(message["Body"])
            is_new = self.invoices.write(invoice)
        except MalformedError as error:
            logger.warning("malformed", extra={"message_id": message["MessageId"], "reason": str(error)})
            self.inbox.release(message)
            return
        self.inbox.delete(message)
        logger.info("invoiced", extra={"message_id": message["MessageId"], "first_time": is_new})

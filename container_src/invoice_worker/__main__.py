"""Start, work, and stop with nothing half done."""

import logging
import os
import signal
import sys
from collections.abc import Mapping

import boto3
from botocore.config import Config
from pythonjsonlogger.json import JsonFormatter

from invoice_worker.inbox import Inbox
from invoice_worker.invoices import Invoices
from invoice_worker.protection import Protection
from invoice_worker.worker import Worker

LONGEST_POLL = 20


def log_as_json() -> None:
    """Write one JSON object a line."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(JsonFormatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    logging.getLogger("botocore").setLevel(logging.WARNING)


def worker_of(environment: Mapping[str, str]) -> Worker:
    """Return the worker that the environment describes.

    Raises:
        KeyError: If a variable without default is missing; it names the variable.
    """
    patience = int(environment.get("POLL_SECONDS", str(LONGEST_POLL)))
    # A poll is the longest call; everything else gives up while the message is still hidden.
    config = Config(connect_timeout=5, read_timeout=patience + 10, retries={"mode": "standard"})
    inbox = Inbox(
        boto3.client("sqs", config=config),
        environment["QUEUE_URL"],
        visibility=int(environment.get("VISIBILITY_TIMEOUT_SECONDS", "60")),
        patience=patience,
    )
    invoices = Invoices(boto3.client("dynamodb", config=config), environment["TABLE_NAME"])
    return Worker(inbox, invoices, Protection(environment.get("ECS_AGENT_URI")))


def main() -> int:
    """Run the worker; return 2 where the environment lacks something."""
    log_as_json()
    try:
        worker = worker_of(os.environ)
    except KeyError as missing:
        sys.stderr.write(f"invoice_worker: the environment lacks {missing.args[0]}\n")
        return 2
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, lambda *_: worker.stopping.set())
    worker.run()
    return 0


if __name__ == "__main__":
    sys.exit(main())

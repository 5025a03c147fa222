"""The worker's log names messages by their ids and repeats nothing of what they say."""

import json
import logging
import os
from typing import Any

import boto3
import pytest

from invoice_worker.__main__ import worker_of
from tests.handlers.marked import MARK, listening, variants
from tests.handlers.support import Aws, error


def test_the_log_holds_no_payload(aws: Aws, queue_url: str, capsys: pytest.CaptureFixture[str]) -> None:
    aws.table("invoices", pk="S")
    worker = worker_of({**os.environ, "QUEUE_URL": queue_url, "TABLE_NAME": "invoices", "POLL_SECONDS": "0"})

    def away(**_: Any) -> Any:
        worker.stopping.set()
        return error("InternalServerError", 500)()

    sqs = boto3.client("sqs")
    good = {"order_id": "order-001", "customer": MARK, "amount_cents": 100}
    bodies = [*variants(good), json.dumps(good), json.dumps({**good, "amount_cents": 7})]
    with listening(logging.getLogger()) as said:
        for body in bodies:
            sqs.send_message(QueueUrl=queue_url, MessageBody=body)
        for _ in range(4 * len(bodies)):  # each up to three times, until none is left
            worker._step()
        sqs.send_message(QueueUrl=queue_url, MessageBody=json.dumps(good))
        worker.invoices.dynamodb.meta.events.register_first("before-call.dynamodb", away)
        worker.run()
    assert sum("invoiced" in line for line in said) > 1
    assert sum("malformed" in line for line in said) > len(bodies)
    assert any("a call failed" in line for line in said)
    lines = [*said, *"".join(capsys.readouterr()).splitlines()]
    assert [line for line in lines if MARK in line] == []

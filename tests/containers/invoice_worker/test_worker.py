import json
import os
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import boto3
import pytest

from invoice_worker.__main__ import main, worker_of
from invoice_worker.domain import Invoice
from invoice_worker.protection import Protection
from invoice_worker.worker import Worker
from tests.handlers.support import Aws, answer


@pytest.fixture
def worker(aws: Aws, queue_url: str, monkeypatch: pytest.MonkeyPatch) -> Worker:
    aws.table("invoices", pk="S")
    variables = {"QUEUE_URL": queue_url, "TABLE_NAME": "invoices", "POLL_SECONDS": "0"}
    for name, value in {**variables, "VISIBILITY_TIMEOUT_SECONDS": "1"}.items():
        monkeypatch.setenv(name, value)
    return worker_of(os.environ)


def send(worker: Worker, body: str) -> None:
    boto3.client("sqs").send_message(QueueUrl=worker.inbox.url, MessageBody=body)


def order(number: int, customer: str = "ada") -> str:
    return json.dumps({"order_id": f"order-{number:05}", "customer": customer, "amount_cents": 100})


def work_off(worker: Worker, polls: int) -> None:
    for _ in range(polls):
        worker._step()


def left(worker: Worker) -> int:
    names: Any = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    found = boto3.client("sqs").get_queue_attributes(QueueUrl=worker.inbox.url, AttributeNames=names)
    return sum(int(value) for value in found["Attributes"].values())


def total(customer: str = "ada") -> int:
    found = boto3.client("dynamodb").get_item(TableName="invoices", Key={"pk": {"S": f"customer#{customer}"}})
    return int(found["Item"]["total_cents"]["N"]) if "Item" in found else 0


def test_writes_an_invoice_and_the_customers_total(worker: Worker) -> None:
    for number in range(3):
        send(worker, order(number))
    work_off(worker, 3)
    assert (total(), left(worker)) == (300, 0)


def test_a_second_delivery_adds_nothing(worker: Worker) -> None:
    send(worker, order(1))
    send(worker, order(1))
    work_off(worker, 2)
    assert (total(), left(worker)) == (100, 0)


def test_another_invoice_of_the_customer_under_way_costs_no_receive(worker: Worker) -> None:
    conflicts = iter([["None", "TransactionConflict"]] * 2)

    def held(**_: Any) -> Any:
        if (codes := next(conflicts, None)) is None:
            return None
        cancelled = {"Code": "TransactionCanceledException", "Message": "for this test"}
        return answer({"Error": cancelled, "CancellationReasons": [{"Code": code} for code in codes]}, 400)

    worker.invoices.dynamodb.meta.events.register_first("before-call.dynamodb.TransactWriteItems", held)
    send(worker, order(1))
    work_off(worker, 1)
    assert (total(), left(worker)) == (100, 0)


def test_a_worker_that_died_after_writing_leaves_the_message_to_another(worker: Worker) -> None:
    send(worker, order(1))
    message = worker.inbox.receive()
    assert message
    assert worker.invoices.write(Invoice("order-00001", "ada", 100))
    worker.inbox.release(message)
    work_off(worker, 1)
    assert (total(), left(worker)) == (100, 0)


def test_a_malformed_message_goes_back_and_is_named(worker: Worker, caplog: pytest.LogCaptureFixture) -> None:
    send(worker, "no json")
    send(worker, order(1))
    work_off(worker, 6)
    aside = boto3.client("sqs").get_queue_url(QueueName="aside")["QueueUrl"]
    [message] = boto3.client("sqs").receive_message(QueueUrl=aside)["Messages"]
    assert message["Body"] == "no json"
    assert {record.reason for record in caplog.records if record.message == "malformed"} == {  # type: ignore[attr-defined]
        "the body is no JSON: Expecting value at character 0"
    }
    assert total() == 100


def test_gives_back_what_arrives_when_it_is_to_stop(worker: Worker) -> None:
    send(worker, order(1))
    worker.stopping.set()
    work_off(worker, 1)
    assert (total(), left(worker)) == (0, 1)


def test_keeps_a_message_hidden_while_it_works(worker: Worker) -> None:
    send(worker, order(1))
    message = worker.inbox.receive()
    assert message
    with worker.inbox.extend_visibility(message):
        threading.Event().wait(1.5)
        assert worker.inbox.receive() is None


@pytest.fixture
def agent() -> Iterator[tuple[str, list[Any]]]:
    """The agent that ECS runs beside a program, and what it was asked."""
    asked: list[Any] = []

    class Agent(BaseHTTPRequestHandler):
        def do_PUT(self) -> None:
            asked.append((self.path, json.loads(self.rfile.read(int(self.headers["content-length"])))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Agent) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", asked
        server.shutdown()
        thread.join()


def test_protects_its_task_while_it_works_and_no_longer(worker: Worker, agent: tuple[str, list[Any]]) -> None:
    worker.protection.agent, asked = agent
    send(worker, order(1))
    send(worker, order(2))
    work_off(worker, 4)
    path = "/task-protection/v1/state"
    on = {"ProtectionEnabled": True, "ExpiresInMinutes": 60}
    assert asked == [(path, on), (path, {"ProtectionEnabled": False})]


def test_protection_is_renewed_before_it_expires_while_there_is_always_work(
    agent: tuple[str, list[Any]],
) -> None:
    minutes = iter([0, 20, 40, 40, 60])
    protection = Protection(agent[0], clock=lambda: next(minutes) * 60)
    for _ in range(4):
        protection.switch(on=True)
    assert len(agent[1]) == 2


def test_works_on_with_an_agent_that_hangs_up(caplog: pytest.LogCaptureFixture) -> None:
    class Rude(BaseHTTPRequestHandler):
        def do_PUT(self) -> None:
            self.close_connection = True

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Rude) as server:
        thread = threading.Thread(target=server.handle_request)
        thread.start()
        Protection(f"http://127.0.0.1:{server.server_port}").switch(on=True)
        thread.join()
    assert "no scale-in protection" in caplog.text


def test_works_on_without_an_agent(worker: Worker, caplog: pytest.LogCaptureFixture) -> None:
    worker.protection.agent = "http://127.0.0.1:9"
    send(worker, order(1))
    work_off(worker, 1)
    assert total() == 100
    assert "no scale-in protection" in caplog.text


def test_stops_at_once_when_nothing_is_begun(worker: Worker) -> None:
    worker.stopping.set()
    worker.run()


def test_says_which_variable_is_missing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.delenv("QUEUE_URL", raising=False)
    assert main() == 2
    assert "invoice_worker: the environment lacks QUEUE_URL" in capsys.readouterr().err


def test_another_amount_for_the_same_order_goes_back_and_adds_nothing(worker: Worker) -> None:
    send(worker, order(1))
    send(worker, order(1).replace("100", "700"))
    work_off(worker, 2)
    assert (total(), left(worker)) == (100, 1)


def test_two_customers_orders_of_one_number_are_two_invoices(worker: Worker) -> None:
    send(worker, order(1))
    send(worker, order(1, customer="bob"))
    work_off(worker, 2)
    assert (total(), total("bob")) == (100, 100)

import os
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from starlette.routing import Route
from starlette.testclient import TestClient

from order_api.__main__ import main
from order_api.app import LARGEST_BODY, Api
from order_api.domain import Order
from order_api.orders import Orders
from order_api.outbox_relay import OutboxRelay
from order_api.sessions import Sessions
from order_api.settings import Settings


@pytest.fixture
def client(api: Api) -> Iterator[TestClient]:
    with TestClient(api.asgi()) as client:
        yield client


def logged_in(client: TestClient, customer: str = "ada") -> dict[str, str]:
    token = client.post("/sessions", json={"customer": customer}).json()["session"]
    return {"Authorization": f"Bearer {token}", "Idempotency-Key": "order-0001"}


def messages(url: str) -> list[str]:
    found = boto3.client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10)
    return [message["Body"] for message in found.get("Messages", [])]


def test_lives_without_its_dependencies(settings: Settings) -> None:
    away = Api(Orders(settings.database), Sessions(settings.cache))
    with TestClient(away.asgi()) as client:
        assert client.get("/health").json() == {"status": "alive"}


def test_is_ready_with_its_dependencies_and_until_it_drains(api: Api, client: TestClient) -> None:
    assert client.get("/ready").json() == {"database": True, "cache": True, "serving": True}
    api.draining = True
    assert client.get("/ready").status_code == 503
    assert client.get("/health").status_code == 200


def test_keeps_an_order_once_and_shows_it_to_its_customer_alone(client: TestClient) -> None:
    ada, bob = logged_in(client), logged_in(client, "bob")
    assert client.post("/orders", json={"amount_cents": 250}, headers=ada).status_code == 201
    assert client.post("/orders", json={"amount_cents": 250}, headers=ada).status_code == 200
    expected = {"order_id": "order-0001", "customer": "ada", "amount_cents": 250}
    assert client.get("/orders/order-0001", headers=ada).json() == expected
    assert client.get("/orders/order-0001", headers=bob).status_code == 404


def test_a_key_belongs_to_its_customer(client: TestClient) -> None:
    ada, bob = logged_in(client), logged_in(client, "bob")
    for headers, amount in ((ada, 250), (bob, 700)):
        assert client.post("/orders", json={"amount_cents": amount}, headers=headers).status_code == 201
        assert client.get("/orders/order-0001", headers=headers).json()["amount_cents"] == amount


def test_a_key_with_another_amount_is_refused_and_what_was_kept_stays(client: TestClient) -> None:
    ada = logged_in(client)
    client.post("/orders", json={"amount_cents": 250}, headers=ada)
    other = client.post("/orders", json={"amount_cents": 700}, headers=ada)
    assert other.status_code == 422
    assert other.json() == {"error": "Idempotency-Key was used for an order with another amount"}
    assert client.get("/orders/order-0001", headers=ada).json()["amount_cents"] == 250


@pytest.mark.parametrize("path", ["%00", "order-0001%00", "%ed%a0%80", "a" * 5000, "%ff", "order-9999"])
def test_no_number_is_no_reason_to_try_again(client: TestClient, path: str) -> None:
    assert client.get(f"/orders/{path}", headers=logged_in(client)).status_code == 404


def test_describes_every_route(api: Api, client: TestClient) -> None:
    described = client.get("/openapi.json").json()["paths"]
    assert set(described) == {route.path for route in api.asgi().routes if isinstance(route, Route)}


def test_sends_what_is_kept_and_nothing_twice(client: TestClient, orders: Orders, settings: Settings) -> None:
    client.post("/orders", json={"amount_cents": 250}, headers=logged_in(client))
    relay = OutboxRelay(orders, settings.queue_url)
    assert (relay._relay_once(), relay._relay_once()) == (1, 0)
    assert messages(settings.queue_url) == [
        '{"order_id": "order-0001", "customer": "ada", "amount_cents": 250}'
    ]


@pytest.mark.not_deployed("sends to a queue that is not there")
def test_an_order_whose_message_could_not_be_sent_waits_for_the_next_relay(
    client: TestClient, orders: Orders, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    client.post("/orders", json={"amount_cents": 250}, headers=logged_in(client))
    assert OutboxRelay(orders, f"{settings.queue_url}-gone")._relay_once() == 0
    assert "orders wait to be sent" in caplog.text
    assert OutboxRelay(orders, settings.queue_url)._relay_once() == 1


def test_the_relay_sends_until_it_is_stopped(orders: Orders, settings: Settings, client: TestClient) -> None:
    relay = OutboxRelay(orders, settings.queue_url)
    relay.start()
    client.post("/orders", json={"amount_cents": 250}, headers=logged_in(client))
    relay.stop()
    assert len(messages(settings.queue_url)) == 1


def test_a_statement_that_waits_is_given_up_without_an_option_of_the_connection(orders: Orders) -> None:
    """RDS Proxy refuses connections that bring options of the command line."""
    assert "options" not in orders._login()
    with orders._pool.connection() as connection:
        [timeout] = connection.execute("show statement_timeout").fetchone() or [None]
    assert timeout == "5s"


@pytest.mark.parametrize(
    ("headers", "body", "status", "error"),
    [
        ({}, {"amount_cents": 1}, 401, "log in first: POST /sessions"),
        ({"Authorization": "Bearer stolen"}, {"amount_cents": 1}, 401, "log in first: POST /sessions"),
        (None, {"amount_cents": 0}, 400, "amount_cents must be a whole number from 1 to 100000000"),
        (None, {"amount_cents": True}, 400, "amount_cents must be a whole number from 1 to 100000000"),
        (None, [], 400, "amount_cents must be a whole number from 1 to 100000000"),
    ],
)
def test_refuses_orders(
    client: TestClient, headers: dict[str, str] | None, body: Any, status: int, error: str
) -> None:
    given = logged_in(client) if headers is None else headers
    answer = client.post("/orders", json=body, headers=given)
    assert (answer.status_code, answer.json()) == (status, {"error": error})


def test_refuses_a_key_that_is_none(client: TestClient) -> None:
    headers = {**logged_in(client), "Idempotency-Key": "1"}
    answer = client.post("/orders", json={"amount_cents": 1}, headers=headers)
    assert answer.json() == {"error": "Idempotency-Key must be 8 to 64 letters, digits or hyphens"}


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b"no json", "the body must be JSON, got Expecting value at character 0"),
        (b" " * (LARGEST_BODY + 1), f"the body must be at most {LARGEST_BODY} bytes"),
        (b'{"customer": ""}', "customer must be 1 to 64 characters"),
        (b'{"customer": "\\ud800"}', "the body must be JSON, got a text holds half of a surrogate pair"),
        (b'{"customer": "\\u0000"}', "the body must be JSON, got a text holds a NUL character"),
        (b"[" * 60_000, "the body must be JSON, got more than 32 levels, or a number out of range"),
        (b'{"customer": ' + b"1" * 4000 + b"}", "the body must be JSON, got a number of more than 38 digits"),
        (b'{"customer": NaN}', "the body must be JSON, got NaN is no JSON"),
        (b"\xff", "the body must be JSON, got not UTF-8 at byte 0"),
    ],
)
def test_refuses_bodies(client: TestClient, body: bytes, error: str) -> None:
    answer = client.post("/sessions", content=body)
    assert (answer.status_code, answer.json()) == (413 if "at most" in error else 400, {"error": error})


def test_asks_to_try_again_when_the_cache_is_away(orders: Orders, settings: Settings) -> None:
    away = Sessions(type(settings.cache)("127.0.0.1", 9, "", "", tls=False))
    with TestClient(Api(orders, away).asgi()) as client:
        assert client.post("/sessions", json={"customer": "ada"}).status_code == 503
        assert client.get("/ready").json()["cache"] is False


def test_says_that_it_is_not_ready_when_the_database_is_away(settings: Settings) -> None:
    nowhere = type(settings.database)("/nowhere", 5432, "app", "app", 1, "disable", "")
    orders, sessions = Orders(nowhere), Sessions(settings.cache)
    orders.open()
    with TestClient(Api(orders, sessions).asgi()) as client:
        assert client.get("/ready").json()["database"] is False
    orders.close()


@pytest.mark.usefixtures("settings")
def test_logs_in_to_the_database_and_the_cache_with_signed_tokens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_HOST", "proxy.example.com")
    monkeypatch.setenv("DATABASE_TLS", "verify-full")
    monkeypatch.setenv("CACHE_TLS", "on")
    monkeypatch.setenv("CACHE_NAME", "sessions-1")
    monkeypatch.setenv("CACHE_USER", "app-1")
    signed = Settings.of(os.environ)
    login = Orders(signed.database)._login()
    assert login["sslmode"] == "verify-full"
    assert "Action=connect" in login["password"]
    provider = Sessions(signed.cache)._cache.connection_pool.connection_kwargs["credential_provider"]
    user, token = provider.get_credentials()
    assert user == "app-1"
    assert token.startswith("sessions-1/?Action=connect&User=app-1&X-Amz-Algorithm=")


def test_says_which_variable_is_missing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("QUEUE_URL", raising=False)
    assert main() == 2
    assert "order_api: the environment lacks QUEUE_URL" in capsys.readouterr().err


def test_the_last_relay_sends_all_that_is_left(orders: Orders, settings: Settings) -> None:
    for number in range(250):
        orders.place(Order(f"order-{number:04}", "ada", 1))
    relay = OutboxRelay(orders, settings.queue_url)
    relay._stopped.set()
    relay._deadline = float("inf")
    relay.run()
    assert orders.unsent() == 0
    sqs = boto3.client("sqs")
    wanted = ["ApproximateNumberOfMessages"]
    found = sqs.get_queue_attributes(QueueUrl=settings.queue_url, AttributeNames=wanted)["Attributes"]
    assert found == {"ApproximateNumberOfMessages": "250"}


@pytest.mark.not_deployed("sends to a queue that is not there")
def test_the_last_relay_says_how_many_are_left(
    orders: Orders, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    orders.place(Order("order-0001", "ada", 1))
    relay = OutboxRelay(orders, f"{settings.queue_url}-gone")
    relay._stopped.set()
    with caplog.at_level("INFO"):
        relay.run()
    [said] = [each for each in caplog.records if each.message == "orders that wait to be sent"]
    assert vars(said)["orders"] == 1


def test_of_a_batch_that_is_sent_in_part_the_rest_waits(orders: Orders) -> None:
    for number in range(3):
        orders.place(Order(f"order-{number:04}", "ada", 1))
    assert orders.send_unsent(lambda messages: [index != 1 for index in range(len(messages))]) == 2
    assert orders.unsent() == 1

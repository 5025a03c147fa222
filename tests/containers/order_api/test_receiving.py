"""Clients that send half of a request, or are too many, against a server of one route."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from order_api import receiving
from order_api.receiving import BoundedProtocol

HEAD = b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 4\r\n\r\n"


async def _echo(request: Request) -> PlainTextResponse:
    return PlainTextResponse((await request.body()).decode())


@pytest.fixture
def port(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    monkeypatch.setattr(receiving, "RECEIVE_SECONDS", 1.0)
    monkeypatch.setattr(receiving, "MOST_CONNECTIONS", 5)
    app = Starlette(routes=[Route("/", _echo, methods=["POST"])])
    config = uvicorn.Config(app, port=0, http=BoundedProtocol, ws="none", log_config=None, lifespan="off")
    server = uvicorn.Server(config)
    bound = socket.socket()
    bound.bind(("127.0.0.1", 0))
    bound.listen()
    thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[bound])))
    thread.start()
    yield bound.getsockname()[1]
    server.should_exit = True
    thread.join()


def connect(port: int) -> Any:
    return socket.create_connection(("127.0.0.1", port), timeout=30)


def all_of(connection: socket.socket) -> bytes:
    """Return what comes until the server closes; a server that holds on fails by the socket's timeout."""
    found = b""
    while part := connection.recv(1000):
        found += part
    return found


def answer_or_nothing(connection: socket.socket) -> bytes:
    """Send a request and return what comes; a connection that is reset brings nothing."""
    try:
        connection.sendall(HEAD + b"abcd")
        return connection.recv(1000)
    except ConnectionError:
        return b""


@pytest.mark.parametrize(
    "half", [b"", b"POST / HT", HEAD, HEAD + b"ab"], ids=["nothing", "head", "no body", "body"]
)
def test_what_is_half_sent_is_given_up(port: int, half: bytes) -> None:
    with connect(port) as client:
        client.sendall(half)
        assert all_of(client).startswith(b"HTTP/1.1 408")


def test_a_second_request_on_a_connection_has_its_own_time(port: int) -> None:
    with connect(port) as client:
        client.sendall(HEAD + b"abcd")
        assert b"200 OK" in client.recv(1000)
        client.sendall(HEAD + b"ab")
        assert all_of(client).rpartition(b"HTTP/1.1 ")[2].startswith(b"408")


def test_a_request_in_small_pieces_is_answered(port: int) -> None:
    with connect(port) as client:
        for byte in HEAD + b"abcd":
            client.sendall(bytes([byte]))
        assert b"200 OK" in client.recv(1000)


def test_one_connection_too_many_is_closed(port: int) -> None:
    held = [connect(port) for _ in range(5)]
    for each in held:
        each.sendall(HEAD + b"abcd")
        assert b"200 OK" in each.recv(1000)
    with connect(port) as client:
        assert b"200 OK" not in answer_or_nothing(client)
    for each in held:
        each.close()

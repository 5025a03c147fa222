"""Clients that send half of a request, read no answer, or are too many, against a server of two routes."""

import asyncio
import socket
import threading
import time
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

LONG = 1_000_000
HEAD = b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 4\r\n\r\n"


async def _echo(request: Request) -> PlainTextResponse:
    return PlainTextResponse((await request.body()).decode())


async def _long(_: Request) -> PlainTextResponse:
    return PlainTextResponse("a" * LONG)


@pytest.fixture
def bound() -> Iterator[socket.socket]:
    """The socket that the server listens on; little of an answer waits in those of its connections."""
    with socket.socket() as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        yield listening


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch, bound: socket.socket) -> Iterator[uvicorn.Server]:
    monkeypatch.setattr(receiving, "RECEIVE_SECONDS", 1.0)
    monkeypatch.setattr(receiving, "SEND_SECONDS", 1.0)
    monkeypatch.setattr(receiving, "MOST_CONNECTIONS", 5)
    app = Starlette(routes=[Route("/", _echo, methods=["POST"]), Route("/long", _long)])
    config = uvicorn.Config(app, port=0, http=BoundedProtocol, ws="none", log_config=None, lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[bound])))
    thread.start()
    yield server
    server.should_exit = True
    thread.join()


@pytest.fixture
def port(server: uvicorn.Server, bound: socket.socket) -> int:  # noqa: ARG001 - it serves
    number: int = bound.getsockname()[1]
    return number


def connect(port: int) -> Any:
    return socket.create_connection(("127.0.0.1", port), timeout=30)


def all_of(connection: socket.socket) -> bytes:
    """Return what comes until the server closes; a server that holds on fails by the socket's timeout."""
    found = b""
    while part := connection.recv(1000):
        found += part
    return found


def wait_until_nobody_is_connected(server: uvicorn.Server) -> None:
    """Wait; a server that holds on fails by a deadline."""
    deadline = time.monotonic() + 30
    while server.server_state.connections:
        assert time.monotonic() < deadline
        time.sleep(0.05)


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


@pytest.mark.parametrize("then", [b"", HEAD], ids=["nothing", "half a request"])
def test_a_client_that_reads_no_answer_is_given_up(port: int, server: uvicorn.Server, then: bytes) -> None:
    with connect(port) as client:
        client.sendall(b"GET /long HTTP/1.1\r\nhost: x\r\n\r\n" + then)
        assert client.recv(8) == b"HTTP/1.1"
        wait_until_nobody_is_connected(server)
        assert len(all_of(client)) < LONG


def test_a_long_answer_that_is_read_comes_whole(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receiving, "SEND_SECONDS", 30.0)
    with connect(port) as client:
        client.sendall(b"GET /long HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
        assert len(all_of(client)) > LONG


def test_one_connection_too_many_is_closed(port: int) -> None:
    held = [connect(port) for _ in range(5)]
    for each in held:
        each.sendall(HEAD + b"abcd")
        assert b"200 OK" in each.recv(1000)
    with connect(port) as client:
        assert b"200 OK" not in answer_or_nothing(client)
    for each in held:
        each.close()

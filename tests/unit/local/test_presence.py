"""A command ends soon after the embedded AWS that it needs, whatever it waits for."""

import fcntl
import signal
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from botocore.exceptions import EndpointConnectionError

from wellmade.errors import WellmadeError
from wellmade.local.presence import EndedError, demanded
from wellmade.local.server import LocalCloud
from wellmade.local.state import lock_file, log_file


@pytest.fixture
def cloud(tmp_path: Path) -> LocalCloud:
    log_file(tmp_path).write_text("listening\nMemoryError\n")
    return LocalCloud("http://127.0.0.1:1", 1, tmp_path, "secret")


@pytest.fixture
def _in_the_background() -> Iterator[None]:
    """Ignore what a person types, as a shell lets what it starts with `&` do."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("_in_the_background")
def test_what_waits_for_an_answer_ends_with_it(cloud: LocalCloud) -> None:
    lock = lock_file(cloud.state_dir).open("a")
    fcntl.flock(lock, fcntl.LOCK_EX)
    threading.Timer(0.2, lock.close).start()
    here, there = socket.socketpair()
    here.settimeout(30)

    said = r"ended meanwhile, with: MemoryError; see "
    with here, there, pytest.raises(EndedError, match=said) as raised, demanded(cloud):
        here.recv(1)  # nobody ever sends anything

    assert raised.value.exit_code == 1


@pytest.mark.parametrize("error", [EndpointConnectionError(endpoint_url="x"), WellmadeError("cdk failed")])
def test_what_fails_since_it_has_ended_says_so(cloud: LocalCloud, error: Exception) -> None:
    with pytest.raises(EndedError), demanded(cloud):
        raise error


def test_what_fails_for_another_reason_says_that(cloud: LocalCloud) -> None:
    with lock_file(cloud.state_dir).open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(WellmadeError, match="cdk failed"), demanded(cloud):
            raise WellmadeError("cdk failed")

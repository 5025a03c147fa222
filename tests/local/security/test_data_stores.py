"""What stands beside the cloud, a database or a cache, and who else may open it."""

import os
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from wellmade.local.extension import relay

pytestmark = pytest.mark.local

TALK = 'exec 3<>"/dev/tcp/$0/$1"; echo hello >&3; timeout 5 head -c 5 <&3'
CLAIM = (
    "from wellmade.local.extension.addresses import next_address; print(next_address(), flush=True); input()"
)


@pytest.fixture(scope="module")
def relayed(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, int]:
    """An address in front of a server that answers with what it got."""
    path = str(tmp_path_factory.mktemp("store") / "socket")
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path)
    listener.listen()

    def answer() -> None:
        while True:
            with listener.accept()[0] as client:
                client.sendall(client.recv(100))

    threading.Thread(target=answer, daemon=True).start()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    relay.listen("127.0.0.1", port, path)
    return "127.0.0.1", port


def talk(address: tuple[str, int], user: int | None = None) -> str:
    command = ["bash", "-c", TALK, address[0], str(address[1])]
    done = subprocess.run(command, user=user, capture_output=True, text=True, check=False, cwd="/")
    return done.stdout


@pytest.mark.skipif(sys.platform != "linux", reason="tells whose a connection is by /proc")
def test_the_owner_gets_through(relayed: tuple[str, int]) -> None:
    assert talk(relayed) == "hello"


@pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="only root can become somebody else")
def test_another_user_does_not(relayed: tuple[str, int]) -> None:
    assert talk(relayed, user=65534) == ""
    assert talk(relayed) == "hello"


@pytest.mark.skipif(sys.platform != "linux", reason="other systems answer at 127.0.0.1 only")
def test_two_clouds_share_no_address() -> None:
    def claim() -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-c", CLAIM], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    processes = [claim() for _ in range(5)]
    addresses = [process.stdout.readline().strip() for process in processes if process.stdout]
    for process in processes:
        process.communicate("\n")

    blocks = {address.rpartition(".")[0] for address in addresses}
    assert len(blocks) == 5
    assert all(address.startswith("127.") for address in addresses)


def test_the_folder_of_a_relayed_socket_is_the_owner_s(tmp_path: Path) -> None:
    own = tmp_path / "own"

    relay.listen_locally(str(own), str(tmp_path / "real"))

    assert own.stat().st_mode & 0o077 == 0

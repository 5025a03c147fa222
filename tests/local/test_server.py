"""The life of the embedded AWS: no second one, no stale state, no process left behind."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import psutil
import pytest

from tests.local.functions import make_function
from wellmade.errors import WellmadeError
from wellmade.local.server import LocalCloud, is_held, running, start
from wellmade.local.state import log_file, scratch_folder

pytestmark = pytest.mark.local

LIFETIME = timedelta(minutes=2)
ENDLESS = "import time\ndef handler(event, context):\n    print('runs', flush=True)\n    while True: time.sleep(1)\n"


def exists(process: int) -> bool:
    """Whether a process runs; one that ended and waits to be collected does not."""
    status = Path(f"/proc/{process}/stat")
    if status.parent.parent.joinpath("self").exists():
        return status.exists() and status.read_text().rpartition(")")[2].split()[0] != "Z"
    answer = subprocess.run(
        ["ps", "-o", "stat=", "-p", str(process)], capture_output=True, text=True, check=False
    )
    return answer.stdout.strip()[:1] not in ("", "Z")


def busy_function(cloud: LocalCloud, eventually: Callable[..., None]) -> int:
    """The process of a function, once it is past the moment in which others look at the machine for it."""
    found: list[int] = []

    def runs() -> bool:
        found[:] = [each.pid for each in psutil.Process(cloud.pid).children() if "--probe" not in words(each)]
        return len(found) == 1

    eventually(runs)
    return found[0]


def words(process: psutil.Process) -> list[str]:
    """The command line of a process; that of one which has ended is told apart."""
    try:
        return process.cmdline() or ["--probe"]
    except psutil.Error:
        return ["--probe"]


def invoke_endless(cloud: LocalCloud, tmp_path: Path) -> None:
    """Start a function that never returns."""
    name = f"endless-{tmp_path.name[-8:]}"
    make_function(cloud, name, ENDLESS, Timeout=60).invoke(FunctionName=name, InvocationType="Event")


def test_a_port_in_use_is_one_clear_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(
            WellmadeError, match=rf"^--port {port}: cannot listen there \(Address already in use\)"
        ):
            start(tmp_path, port=port, lifetime=LIFETIME)

    assert running(tmp_path) is None


def test_only_one_runs_in_a_folder(tmp_path: Path) -> None:
    with start(tmp_path, lifetime=LIFETIME, parent=os.getpid()) as cloud:
        with pytest.raises(WellmadeError, match=r"runs already in .*; stop it with: wellmade local down"):
            start(tmp_path, lifetime=LIFETIME)
        assert running(tmp_path) == cloud


def test_stopping_ends_a_busy_function_and_removes_its_files(
    tmp_path: Path, eventually: Callable[..., None]
) -> None:
    with start(tmp_path, lifetime=LIFETIME, parent=os.getpid()) as cloud:
        invoke_endless(cloud, tmp_path)
        worker = busy_function(cloud, eventually)

    eventually(lambda: not exists(cloud.pid) and not exists(worker))
    assert not scratch_folder(tmp_path).exists()
    assert running(tmp_path) is None


def test_a_killed_server_leaves_no_function_and_its_state_is_stale(
    tmp_path: Path, eventually: Callable[..., None]
) -> None:
    cloud = start(tmp_path, lifetime=LIFETIME, parent=os.getpid())
    invoke_endless(cloud, tmp_path)
    worker = busy_function(cloud, eventually)

    os.kill(cloud.pid, signal.SIGKILL)

    # A function's process may end before the server's, whose memory takes a moment to be given back.
    eventually(lambda: not exists(worker) and not exists(cloud.pid))
    assert running(tmp_path) is None
    assert sorted(path.name for path in tmp_path.iterdir()) == [".gitignore", "local.lock", "local.log"]


def test_a_killed_server_leaves_no_data_outside_its_folder(tmp_path: Path) -> None:
    outside = Path(tempfile.mkdtemp(prefix="wellmade-", dir="/tmp"))
    (outside / "data").write_text("rows")
    noted = scratch_folder(tmp_path) / "outside" / outside.name
    noted.parent.mkdir(parents=True)
    noted.touch()

    assert running(tmp_path) is None
    assert not outside.exists()


def test_it_ends_when_its_parent_does(tmp_path: Path, eventually: Callable[..., None]) -> None:
    program = (
        "import os, sys\nfrom datetime import timedelta\nfrom pathlib import Path\n"
        "from wellmade.local.server import start\n"
        "start(Path(sys.argv[1]), lifetime=timedelta(minutes=2), parent=os.getpid())\n"
    )
    subprocess.run([sys.executable, "-c", program, str(tmp_path)], check=True)

    eventually(lambda: running(tmp_path) is None)
    assert "Ready" in log_file(tmp_path).read_text()


def test_it_ends_after_its_lifetime(tmp_path: Path, eventually: Callable[..., None]) -> None:
    cloud = start(tmp_path, lifetime=timedelta(seconds=1))

    eventually(lambda: running(tmp_path) is None and not exists(cloud.pid))


KILLED = """
import os, pathlib, sys
from datetime import timedelta
from wellmade.local import server
server._wait_until_ready = lambda cloud: (print(cloud.pid, flush=True), os.kill(os.getpid(), 9))
server.start(pathlib.Path(sys.argv[1]), lifetime=timedelta(minutes=2))
"""


def test_it_does_not_outlive_who_was_killed_while_starting_it(
    tmp_path: Path, eventually: Callable[..., None]
) -> None:
    """Nothing says where it is, so nobody could end it, and no other could start there."""
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(tmp_path)], capture_output=True, text=True, check=False
    )

    eventually(lambda: not exists(int(done.stdout)) and not is_held(tmp_path))
    with start(tmp_path, lifetime=LIFETIME, parent=os.getpid()) as cloud:
        assert running(tmp_path) == cloud

"""The life of the embedded AWS: start it, find it, talk to it, stop it."""

import fcntl
import json
import os
import secrets
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from wellmade.errors import WellmadeError
from wellmade.local import access
from wellmade.local.state import (
    lock_file,
    log_file,
    make_private,
    private,
    scratch_folder,
    state_file,
    sweep,
)
from wellmade.local.toolchain import ministack_python


@dataclass(frozen=True)
class LocalCloud:
    """A running embedded AWS. As a context manager it always stops."""

    endpoint: str
    """Where every service answers, such as `http://127.0.0.1:43210`."""
    pid: int
    """The server's process."""
    state_dir: Path
    """Where its state, log and working files are."""
    secret_key: str = field(repr=False)
    """What requests are signed with; another one in each run, and readable by its owner alone."""
    fast: int = 1
    """How many times shorter than on AWS what only waits is."""

    def client(self, service: str) -> Any:
        """Return a boto3 client of this cloud, with administrator rights; one a service."""
        return access.client(self.endpoint, self.secret_key, service)

    def environment(self) -> dict[str, str]:
        """Return a complete environment for programs that shall see this AWS and no other.

        It is yours without every `AWS_` and `CDK_` variable and without your AWS profiles; the running
        interpreter's programs (python, node) come first on its PATH.
        """
        return access.environment(self.endpoint, self.secret_key, scratch_folder(self.state_dir), os.environ)

    def stop(self) -> None:
        """End the server and every function that it runs; the log stays."""
        _stop(self)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def start(
    state_dir: Path,
    *,
    port: int | None = None,
    lifetime: timedelta,
    parent: int | None = None,
    faults: float = 0.0,
    fast: int = 1,
) -> LocalCloud:
    """Start an embedded AWS that nobody but this machine can reach.

    Args:
        state_dir: Folder for its state, log and working files; made when missing.
        port: Port on the loopback. Default: a free one.
        lifetime: How long it may live; then it ends by itself.
        parent: Process to which it belongs; it ends when that process does. Default: none.
        faults: Share, from 0 to 0.5, of the calls of functions that go wrong: throttled, or done and never
            answered. Default: none.
        fast: How many times shorter what only waits is: what is left of a visibility timeout when a function
            has failed, delays, batching windows, and waits of state machines. Default: 1, as on AWS.

    Raises:
        WellmadeError: If one runs here already, the port is taken, or it does not come up.
    """
    python = ministack_python()
    state_dir = state_dir.absolute()
    make_private(state_dir)
    secret = secrets.token_urlsafe(30)
    with _claim(state_dir) as lock, _listen(port) as listener:
        sweep(state_dir)
        scratch_folder(state_dir).mkdir(mode=0o700)
        options = {"--lifetime": lifetime.total_seconds(), "--parent": parent, "--starter": os.getpid()}
        options |= {"--faults": faults, "--fast": fast}
        pid = _spawn(python, state_dir, (listener.fileno(), lock.fileno()), options, secret)
        cloud = LocalCloud(f"http://127.0.0.1:{listener.getsockname()[1]}", pid, state_dir, secret, fast)
    try:
        _wait_until_ready(cloud)
    except BaseException:
        cloud.stop()
        raise
    state = {"endpoint": cloud.endpoint, "pid": pid, "secret_key": secret, "fast": fast}
    with private(state_file(state_dir), "w") as file:
        file.write(json.dumps(state) + "\n")
    return cloud


def running(state_dir: Path) -> LocalCloud | None:
    """Return the cloud that runs in this folder, or None; what a dead one left behind is removed."""
    state_dir = state_dir.absolute()
    if not is_held(state_dir):
        sweep(state_dir)
        return None
    try:
        state = json.loads(state_file(state_dir).read_text())
    except FileNotFoundError:
        return None  # another process is starting one just now
    return LocalCloud(state["endpoint"], state["pid"], state_dir, state["secret_key"], state.get("fast", 1))


def _claim(state_dir: Path) -> IO[str]:
    """Take the lock that the server then holds until it ends, however it ends."""
    lock = private(lock_file(state_dir), "a")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        lock.close()
        raise WellmadeError(
            f"an embedded AWS runs already in {state_dir}; stop it with: wellmade local down"
        ) from error
    return lock


def is_held(state_dir: Path) -> bool:
    """Tell whether a server of this folder lives: it holds a lock until it ends, however it ends."""
    if not lock_file(state_dir).exists():
        return False
    with lock_file(state_dir).open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def _listen(port: int | None) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port or 0))
        listener.listen(128)
    except OSError as error:
        listener.close()
        raise WellmadeError(
            f"--port {port}: cannot listen there ({error.strerror}); leave the option out for a free port"
        ) from error
    return listener


def _spawn(
    python: Path,
    state_dir: Path,
    descriptors: tuple[int, int],
    options: Mapping[str, float | None],
    secret: str,
) -> int:
    """Start the server detached; the short-lived first process tells us the id of the lasting one."""
    listener, lock = descriptors
    command = [str(python), "-P", "-m", "extension.serve", "--listener", str(listener), "--lock", str(lock)]
    command += [f"{name}={value}" for name, value in options.items() if value]
    with private(log_file(state_dir), "w") as log:
        result = subprocess.run(  # noqa: S603 - our own command line
            command,
            input=f"{secret}\n",
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            env=access.server_environment(scratch_folder(state_dir)),
            cwd=scratch_folder(state_dir),
            pass_fds=descriptors,
            check=False,
        )
    if not result.stdout.strip().isdigit():
        raise WellmadeError(f"the embedded AWS did not start: {last_line(state_dir)}")
    return int(result.stdout)


def _wait_until_ready(cloud: LocalCloud) -> None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            with opener.open(f"{cloud.endpoint}/_ministack/health", timeout=5):
                return
        except (urllib.error.URLError, OSError):
            if not is_held(cloud.state_dir):
                break
            time.sleep(0.05)
    raise WellmadeError(
        f"the embedded AWS did not come up: {last_line(cloud.state_dir)}; see {log_file(cloud.state_dir)}"
    )


def last_line(state_dir: Path) -> str:
    """Return the last line of its log."""
    log = log_file(state_dir)
    lines = log.read_text(errors="replace").strip().splitlines() if log.exists() else []
    return lines[-1] if lines else "it wrote no log"


def _stop(cloud: LocalCloud) -> None:
    for number, patience in ((signal.SIGTERM, 8), (signal.SIGKILL, 5)):
        if not is_held(cloud.state_dir):
            break
        os.kill(cloud.pid, number)  # the lock says that this process lives, so the id is still its own
        _wait_until_ended(cloud.state_dir, patience)
    sweep(cloud.state_dir)


def _wait_until_ended(state_dir: Path, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and is_held(state_dir):
        time.sleep(0.02)

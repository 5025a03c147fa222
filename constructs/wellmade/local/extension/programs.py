"""Gap: without a container engine the tasks of ECS are records, and nothing runs.

MiniStack drives a container engine through the few calls of its client that are here; what they start is the
program of the image as a process of this machine, at a loopback address of its own. Everything else, such as
replacing tasks, registering them as targets, their secrets and their logs, stays MiniStack's.
"""

# ruff: noqa: SLF001 - patches replace private names of the pinned MiniStack; a test asserts that each exists

import json
import os
import queue
import signal
import socket
import subprocess
import sys
import threading
import time
import uuid
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

from ministack.services import ecs

from .addresses import next_address
from .program_environment import cell_of, environment_of
from .program_guard import guarded

STARTS_WITHIN = 30.0
"""Seconds that a program may take until it listens."""
LINES_KEPT = 200

_running: dict[str, "Process"] = {}
_started: deque["Process"] = deque(maxlen=100)
"""The latest, also those that ended: what they wrote tells why."""


def apply() -> None:
    """Give MiniStack an engine of processes, and the one error of its client that it asks for by name."""
    engine = SimpleNamespace(containers=_Containers(), images=_Images())
    ecs._get_docker = lambda: engine
    errors = ModuleType("docker.errors")
    errors.__dict__["ImageNotFound"] = ImageNotFoundError
    sys.modules.setdefault(errors.__name__, errors)


def stop_all() -> None:
    """End every program; to be called when the server ends."""
    for process in list(_running.values()):
        process.kill()


def last_lines(definition: str) -> list[str]:
    """Return what the program of a task definition wrote last; the newest start that wrote anything."""
    for process in reversed(_started):
        if process.definition == definition and process.tail:
            return [line.decode(errors="replace").rstrip() for line in process.tail if line.strip()]
    return []


def silent_since(definition: str) -> str | None:
    """Return how a program of a task definition started without ever listening; None where none did."""
    return next((each.silence for each in _started if each.definition == definition and each.silence), None)


def named(is_leader: Callable[[int], bool]) -> str | None:
    """Return the family of the task definition whose program's first process is meant; None for none."""
    found = (each.definition for each in list(_running.values()) if is_leader(each.process))
    return next((name.rpartition("/")[2].partition(":")[0] for name in found), None)


class ImageNotFoundError(LookupError):
    """There is no program for an image."""


class _Images:
    """Images that were kept when their stack was published."""

    def get(self, image: str) -> Any:
        return _kept(image)

    def get_registry_data(self, image: str) -> Any:
        _kept(image)
        return SimpleNamespace(id=f"sha256:{_tag(image)}")

    def pull(self, image: str, **_: Any) -> Any:
        return SimpleNamespace(tag=lambda *_, **__: True, program=_kept(image))


class _Containers:
    """Processes under the names that the client of a container engine has for them."""

    def run(self, image: str, *, environment: Mapping[str, str], labels: Mapping[str, str], **_: Any) -> Any:
        process = Process(_kept(image), environment, labels["com.amazonaws.ecs.task-arn"])
        _running[process.id] = process
        _started.append(process)
        process.wait_until_it_listens()
        return process

    def get(self, identity: str) -> Any:
        return _running[identity]


class Process:
    """One program, started."""

    def __init__(self, program: Mapping[str, Any], environment: Mapping[str, str], task: str) -> None:
        self.id: str = uuid.uuid4().hex
        self.address: str = next_address()
        self.definition: str = str(ecs._tasks[task]["taskDefinitionArn"])
        self.silence: str | None = None
        self.attrs: dict[str, Any] = {"NetworkSettings": {"Networks": {"local": {"IPAddress": self.address}}}}
        cell = cell_of(program)
        self._environment = environment_of(program, environment, task, self.address, cell)
        self._lines: queue.Queue[bytes | None] = queue.Queue()
        self.tail: deque[bytes] = deque(maxlen=LINES_KEPT)
        self._process = subprocess.Popen(  # noqa: S603 - the program that the user deployed to their machine
            cell.command(guarded(program["command"], program["packages"]), program["directory"]),
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        threading.Thread(target=self._read, daemon=True).start()

    @property
    def process(self) -> int:
        """Of the system."""
        return self._process.pid

    @property
    def status(self) -> str:
        """As the engine's client calls it."""
        return "running" if self._process.poll() is None else "exited"

    def reload(self) -> None:
        """Nothing is cached."""

    def wait(self) -> dict[str, int]:
        """Return the exit code."""
        return {"StatusCode": self._process.wait()}

    def logs(self, *, stream: bool = False, tail: int = LINES_KEPT, **_: Any) -> Any:
        """Return the last lines, or all lines as they come."""
        return self._follow() if stream else b"".join(list(self.tail)[-tail:])

    def stop(self, timeout: float = 5) -> None:
        """Ask it to stop, wait as long as its task definition says, then kill it."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(max(timeout, float(self._environment.get("STOP_TIMEOUT_SECONDS", 0))))
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """End it and what it started."""
        try:
            os.killpg(self._process.pid, signal.SIGKILL)
        except ProcessLookupError:
            return
        self._process.wait()

    def remove(self, **_: Any) -> None:
        """Forget it."""
        self.kill()
        _running.pop(self.id, None)

    def wait_until_it_listens(self) -> None:
        """Hold the task back until requests would be answered; a program without a port just runs.

        Raises:
            TimeoutError: If it has a port and nothing listens there in time; the program is then ended.
        """
        port = self._environment.get("PORT") or self.mapped_port()
        deadline = time.monotonic() + STARTS_WITHIN
        while port and self._process.poll() is None and time.monotonic() < deadline:
            with socket.socket() as probe:
                if probe.connect_ex((self.address, int(port))) == 0:
                    return
            time.sleep(0.05)
        if port and self._process.poll() is None:
            self.silence = f"nothing listened at $HOST:{port} within {STARTS_WITHIN:.0f} s"
            self.kill()
            raise TimeoutError(self.silence)

    def mapped_port(self) -> int | None:
        """Return the port that its task definition names, if it does."""
        definition = ecs._task_defs[ecs._resolve_td_key(self.definition)]
        ports = [
            int(mapping["containerPort"])
            for container in definition.get("containerDefinitions", [])
            for mapping in container.get("portMappings") or []
        ]
        return ports[0] if ports else None

    def _read(self) -> None:
        for line in self._process.stdout or ():
            self.tail.append(line)
            self._lines.put(line)
        self._lines.put(None)

    def _follow(self) -> Iterator[bytes]:
        while (line := self._lines.get()) is not None:
            yield line


def _tag(image: str) -> str:
    return image.rsplit(":", 1)[-1]


def _kept(image: str) -> dict[str, Any]:
    file = Path(os.environ["TMPDIR"]) / "images" / f"{_tag(image)}.json"
    if not file.exists():
        raise ImageNotFoundError(
            f"{image}: only images that are built from a directory of the app, with a Dockerfile, run here"
        )
    program: dict[str, Any] = json.loads(file.read_text())
    return program

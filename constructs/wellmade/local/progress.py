"""Say what a deployment waits for, when it has said nothing for a while."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from wellmade.local.described import events_of, stacks_of
from wellmade.local.server import LocalCloud

PAUSE = 1.5
"""Seconds without a line after which it is said what is being waited for."""


class _Question:
    """Asked in the background, by a thread that nobody waits for: an interrupt ends the command at once."""

    def __init__(self, cloud: LocalCloud) -> None:
        self.answer = ""
        self._thread = threading.Thread(target=self._ask, args=(cloud,), daemon=True)
        self._thread.start()

    @property
    def open(self) -> bool:
        """Whether the answer is still to come."""
        return self._thread.is_alive()

    def _ask(self, cloud: LocalCloud) -> None:
        self.answer = waited_for(cloud)


class Progress:
    """Passes lines on, and says after each pause what is in progress."""

    def __init__(self, cloud: LocalCloud, report: Callable[[str], object], at: str) -> None:
        """Pass lines of a deployment into `cloud` on to `report`."""
        self.at = at
        """What is going on where no stack is being deployed, such as `cdk synth`."""
        self._cloud, self._report = cloud, report
        self._began = self._heard = time.monotonic()
        self._asked: _Question | None = None

    def __call__(self, line: str) -> None:
        """Pass a line on."""
        if self._report(line) is not False:
            self._heard = time.monotonic()
            if self._asked and not self._asked.open:
                self._asked = None

    def look(self, pause: float) -> None:
        """Ask what is open after half a pause, and say after a whole one what is known by then."""
        silent = time.monotonic() - self._heard
        if silent < pause / 2:
            return
        self._asked = asked = self._asked or _Question(self._cloud)
        if silent >= pause:
            seconds = round(time.monotonic() - self._began)
            self(f"wellmade: after {seconds} s it waits for {asked.answer or self.at}")


@contextmanager
def spoken(
    cloud: LocalCloud, report: Callable[[str], object], what: str, *, pause: float = PAUSE
) -> Iterator[Progress]:
    """Pass lines on, and after each pause say what is in progress.

    Args:
        cloud: Where it is deployed; one that is too busy to answer delays no line.
        report: Receives the lines; returns False where it leaves one out, which then counts for nothing.
        what: What is going on where no stack is being deployed, such as `cdk synth`.
        pause: Seconds.
    """
    progress, done = Progress(cloud, report, what), threading.Event()

    def watch() -> None:
        while not done.wait(pause / 6):
            progress.look(pause)

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield progress
    finally:
        done.set()
        watcher.join()


def waited_for(cloud: LocalCloud) -> str:
    """Return the resources that are in progress, by stack and type; nothing where there are none."""
    try:
        stacks = [
            stack["StackName"] for stack in stacks_of(cloud) if stack["StackStatus"].endswith("_IN_PROGRESS")
        ]
        return ", ".join(_open_resources(cloud, stack) for stack in stacks)
    except (BotoCoreError, ClientError):
        return ""  # it is too busy to be asked


def _open_resources(cloud: LocalCloud, stack: str) -> str:
    latest: dict[str, dict[str, Any]] = {}
    for event in events_of(cloud, stack):  # the newest first
        latest.setdefault(event["LogicalResourceId"], event)
    going = [
        f"{event['LogicalResourceId']} ({event['ResourceType']})"
        for event in latest.values()
        if event["ResourceStatus"].endswith("_IN_PROGRESS") and event["LogicalResourceId"] != stack
    ]
    return f"{', '.join(going) or 'its first resource'} of {stack}"

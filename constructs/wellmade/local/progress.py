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


@contextmanager
def spoken(
    cloud: LocalCloud, report: Callable[[str], None], what: str, *, pause: float = PAUSE
) -> Iterator[Callable[[str], None]]:
    """Pass lines on, and after each pause say what is in progress.

    Args:
        cloud: Where it is deployed.
        report: Receives the lines.
        what: What is going on where no stack is being deployed, such as `cdk synth`.
        pause: Seconds.
    """
    heard, done, began = [time.monotonic()], threading.Event(), time.monotonic()

    def pass_on(line: str) -> None:
        heard[0] = time.monotonic()
        report(line)

    def watch() -> None:
        while not done.wait(0.5):
            if time.monotonic() - heard[0] >= pause:
                seconds = round(time.monotonic() - began)
                pass_on(f"wellmade: after {seconds} s it waits for {waited_for(cloud) or what}")

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield pass_on
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

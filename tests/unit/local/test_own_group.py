"""Whatever ends us ends what a program of ours has started."""

import subprocess
import time

import psutil
import pytest

from wellmade.local.own_group import own_group


def runs(pid: int) -> bool:
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def interrupted(command: list[str], started: list[int]) -> None:
    """Start a program, note which process it says to have started, and be interrupted."""
    with own_group(command, stdout=subprocess.PIPE) as process:
        started.append(int(process.stdout.readline() if process.stdout else 0))
        raise KeyboardInterrupt


def test_what_a_program_has_started_ends_with_us() -> None:
    started: list[int] = []

    with pytest.raises(KeyboardInterrupt):
        interrupted(["sh", "-c", "sleep 60 & echo $!; wait"], started)

    grandchild = started[0]
    deadline = time.monotonic() + 10
    while runs(grandchild):
        assert time.monotonic() < deadline
        time.sleep(0.02)

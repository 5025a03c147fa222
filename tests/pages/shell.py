"""A reader's shell: what a command exports stays, and what goes on is ended with Ctrl-C."""

import os
import signal
import subprocess
from pathlib import Path

from tests.pages.commands import Command

GOES_ON = ("wellmade local logs --follow", "wellmade local console", "wellmade local watch")
LOOKED_AT = 15
"""Seconds until what goes on is ended."""


class Shell:
    """Runs commands one after the other in a folder, as they are written."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        """Begin in a folder, with these variables."""
        # Who runs in the background has Ctrl-C ignored, and so would all that it starts.
        signal.signal(signal.SIGINT, signal.default_int_handler)
        self._folder = folder
        self._environment = environment

    def typed(self, command: Command) -> str | None:
        """Run it; return what went wrong."""
        if command.line.startswith("eval "):
            return self._exported(command.line)
        process = subprocess.Popen(
            ["bash", "-euo", "pipefail", "-c", f"exec {command.line}"],
            cwd=self._folder,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        with process:
            wanted = {command.exit_code}
            if command.line in GOES_ON:
                wanted = {0, 130}
                try:
                    process.wait(LOOKED_AT)
                except subprocess.TimeoutExpired:
                    process.send_signal(signal.SIGINT)
            said = process.stdout.read() if process.stdout else ""
        if process.returncode in wanted and "Traceback" not in said:
            return None
        return f"{command.page}: {command.line}: {process.returncode}: {said[-1500:]}"

    def _exported(self, line: str) -> str | None:
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", f"{line} && env -0"],
            cwd=self._folder,
            env=self._environment,
            capture_output=True,
            check=False,
        )
        if done.returncode:
            return f"{line}: {done.returncode}: {os.fsdecode(done.stderr)}"
        pairs = (os.fsdecode(pair).partition("=") for pair in done.stdout.split(b"\0") if pair)
        self._environment = {name: value for name, _, value in pairs}
        return None

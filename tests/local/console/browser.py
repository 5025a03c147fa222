"""A headless Chromium, spoken to over a pipe as its DevTools protocol has it; nothing more is needed."""

import contextlib
import json
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

PROGRAM = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))),
    None,
)
"""Where a Chromium is, if this machine has one."""
SWITCHES = (
    "--headless=new",
    "--remote-debugging-pipe",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    "--disable-dev-shm-usage",
)


class Page:
    """One page; every complaint of the console is kept, and every request unless it sends whole files.

    The browser tells of a request with all that it sends. Of an upload that is the file once more, through a pipe
    that holds the browser up until it is read.
    """

    def __init__(self, commands: int, answers: int, *, hears_requests: bool = True) -> None:
        self._commands, self._answers = commands, answers
        self._number, self._rest = 0, b""
        self.complaints: list[str] = []
        self.requests: list[str] = []
        self._session: str | None = None
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", *(["Network"] if hears_requests else [])):
            self.call(f"{domain}.enable")

    def call(self, method: str, **parameters: Any) -> Any:
        """Send a command and return its result."""
        self._number += 1
        command: dict[str, Any] = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            command["sessionId"] = self._session
        os.write(self._commands, json.dumps(command).encode() + b"\0")
        while True:
            message = self._next()
            if message.get("id") == self._number:
                assert "error" not in message, message
                return message["result"]

    def run(self, script: str) -> Any:
        """Return what an expression of the page is, awaited."""
        answer = self.call("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def until(self, script: str, seconds: float = 20) -> Any:
        """Wait until an expression is true."""
        deadline = time.monotonic() + seconds
        while not (value := self.run(f"Boolean({script})")):
            assert time.monotonic() < deadline, (script, self.run("document.body.innerText"))
            time.sleep(0.02)
        return value

    def open(self, address: str) -> None:
        """Go there."""
        self.call("Page.navigate", url=address)

    def press(self, key: str, text: str = "") -> None:
        """Press and release a key."""
        codes = {"Tab": 9, "Enter": 13}
        more = {"windowsVirtualKeyCode": codes.get(key, 0), **({"text": text} if text else {})}
        self.call("Input.dispatchKeyEvent", type="keyDown", key=key, **more)
        self.call("Input.dispatchKeyEvent", type="keyUp", key=key, windowsVirtualKeyCode=codes.get(key, 0))

    def _next(self) -> Any:
        while b"\0" not in self._rest:
            self._rest += os.read(self._answers, 65536)
        line, _, self._rest = self._rest.partition(b"\0")
        message = json.loads(line)
        given = message.get("params", {})
        match message.get("method"):
            case "Runtime.exceptionThrown":
                self.complaints.append(str(given["exceptionDetails"]))
            case "Log.entryAdded" if given["entry"]["level"] == "error":
                self.complaints.append(given["entry"]["text"])
            case "Runtime.consoleAPICalled" if given["type"] in ("error", "warning", "assert"):
                self.complaints.append(str(given["args"]))
            case "Network.requestWillBeSent":
                self.requests.append(given["request"]["url"])
        return message


@contextmanager
def opened(folder: Path) -> Iterator[Callable[..., Page]]:
    """Start the browser and yield what opens a page; it ends with its pipe."""
    assert PROGRAM
    commands_in, commands = os.pipe()
    answers, answers_out = os.pipe()

    def take_pipes() -> None:
        """Chromium reads from 3 and writes to 4."""
        high = [os.dup2(commands_in, 90), os.dup2(answers_out, 91)]
        os.dup2(high[0], 3)
        os.dup2(high[1], 4)

    process = subprocess.Popen(
        [PROGRAM, *SWITCHES, f"--user-data-dir={folder}"],
        preexec_fn=take_pipes,  # noqa: PLW1509 - the only way to give a child these numbers
        pass_fds=(3, 4, commands_in, answers_out),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={"HOME": str(folder), "PATH": os.environ["PATH"]},
    )
    os.close(commands_in)
    os.close(answers_out)
    try:
        yield partial(Page, commands, answers)
    finally:
        os.close(commands)
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(10)
        process.kill()
        process.wait()
        os.close(answers)

"""Record which AWS calls handlers and programs make in their tests: `pytest --record-calls calls.json`.

A call belongs to the package whose code is on the stack when it is made, so neither handlers nor
tests need to know of the recording, and the calls that a test makes itself do not count. The environment
variables that its code reads are recorded beside them: by these, `wellmade prove` tells which resource a
name means.
"""

import json
import os
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from wellmade.prove.calls import Call


class Recorder:
    """Collects calls and variables by package.

    Args:
        folders: Those whose subfolders are handler packages, with a `handler.py`, or programs, with a
            `Dockerfile`.
    """

    def __init__(self, folders: Sequence[Path]) -> None:
        self.listening = True
        self._roots = tuple(f"{folder.resolve()}{os.sep}" for folder in folders)
        self._packages = {
            path.parent.name
            for folder in folders
            for kind in ("handler.py", "Dockerfile")
            for path in folder.glob(f"*/{kind}")
        }
        self._calls: dict[str, dict[str, dict[str, Any]]] = defaultdict(dict)
        self._environment: dict[str, dict[str, str]] = defaultdict(dict)

    @contextmanager
    def recording(self) -> Iterator[None]:
        """Watch every client of botocore and every look at the environment; needs the extra `tools`."""
        from wellmade.prove.recorder import listening  # noqa: PLC0415 - only who records needs it

        environment = type(os.environ)
        with pytest.MonkeyPatch.context() as patch, listening(self._hear):
            patch.setattr(environment, "__getitem__", self._reading(environment.__getitem__))
            yield

    def write(self, file: Path) -> None:
        """Write what was recorded: by package its calls, each once, and its variables."""
        packages = {
            name: {"environment": self._environment[name], "calls": list(calls.values())}
            for name, calls in sorted(self._calls.items())
        }
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps({"packages": packages}, indent=1, sort_keys=True) + "\n")

    def _hear(self, call: "Call") -> None:
        package = self._package(sys._getframe(1)) if self.listening else None  # noqa: SLF001 - inspect.stack reads every source file
        if package:
            entry = {
                "service": call.service,
                "operation": call.operation,
                "parameters": json.loads(json.dumps(call.parameters, default=_left_out)),
                "region": call.region,
            }
            self._calls[package][json.dumps(entry, sort_keys=True)] = entry

    def _reading(self, read: Callable[[Any, str], str]) -> Callable[[Any, str], str]:
        def watched(environment: Any, name: str) -> str:
            value = read(environment, name)
            frame: FrameType | None = sys._getframe(1)  # noqa: SLF001 - as above
            while frame and frame.f_code.co_filename.startswith("<frozen "):
                frame = frame.f_back  # through `os.environ.get`
            # Libraries that a handler imports read much that is none of its business.
            if (
                frame
                and frame.f_code.co_filename.startswith(self._roots)
                and (package := self._package(frame))
            ):
                self._environment[package][name] = value
            return value

        return watched

    def _package(self, frame: FrameType | None) -> str | None:
        """Return the handler package that is on the stack; code that packages share counts for its caller."""
        while frame:
            file = frame.f_code.co_filename
            root = next((root for root in self._roots if file.startswith(root)), None)
            if root and (name := file.removeprefix(root).split(os.sep, 1)[0]) in self._packages:
                return name
            frame = frame.f_back
        return None


def _left_out(value: object) -> str:
    """Bodies and the like do not bear on rights."""
    return f"<{type(value).__name__}>"

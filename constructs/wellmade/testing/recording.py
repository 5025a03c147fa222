"""Record which AWS calls handlers and programs make in their tests: `pytest --record-calls calls.json`.

With each call the functions of the project are kept that were on the stack, so neither handlers nor tests
need to know of the recording; whose call it is, `wellmade prove` reads from the templates. Environment
variables are kept only where they hold a name that a call names: by these a name of the tests is joined to a
resource of the template.
"""

import json
import os
import re
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

import pytest

from wellmade.prove.hearing.redaction import is_name, named_in, redacted
from wellmade.testing.threads import inherit_in_threads

if TYPE_CHECKING:
    from wellmade.prove.calls import Call

Frames = tuple[tuple[str, str, int], ...]
_INSTALLED = re.compile(r"(^|/)(site-packages|node_modules|\.venv|venv|\.tox|\.nox)/")
_REGIONS = ("AWS_REGION", "AWS_DEFAULT_REGION")


class Recorder:
    """Collects calls and variables.

    Args:
        root: Folder of the project; code beside it is not distinguished.
    """

    def __init__(self, root: Path) -> None:
        self.on = True
        """Whether calls count."""
        self.failed: set[str] = set()
        self._root = str(root.resolve()) + os.sep
        self._calls: dict[str, dict[str, Any]] = {}
        self._read: dict[str, dict[str, dict[str, None]]] = defaultdict(lambda: defaultdict(dict))
        self._inside: dict[str, str] = {}

    @contextmanager
    def recording(self) -> Iterator[None]:
        """Watch every client of botocore and every look at the environment; needs the extra `tools`."""
        from wellmade.prove.hearing.clients import on_call  # noqa: PLC0415 - only who records needs it

        environment = type(os.environ)
        with (
            pytest.MonkeyPatch.context() as patch,
            inherit_in_threads(self._frames) as self._inherited,
            on_call(self._hear),
        ):
            patch.setattr(environment, "__getitem__", self._reading(environment.__getitem__))
            yield

    def document(self) -> dict[str, Any]:
        """Return what was recorded, fit for JSON."""
        names = {name for call in self._calls.values() for name in named_in(call["parameters"])}
        variables = {}
        for file, read in sorted(self._read.items()):
            kept = {
                name: [value for value in values if is_name(name, value, names)]
                for name, values in sorted(read.items())
            }
            variables[file] = {name: values for name, values in kept.items() if values}
        return {
            "version": 2,
            "root": self._root.rstrip(os.sep),
            "calls": list(self._calls.values()),
            "variables": {file: read for file, read in variables.items() if read},
            "failed": sorted(self.failed),
            "sources": self._sources(),
        }

    def _sources(self) -> dict[str, str]:
        """Return what tells each file of the project that was loaded from what it may become."""
        from wellmade.prove.recordings import fingerprint  # noqa: PLC0415 - as above

        loaded = (getattr(module, "__file__", None) for module in list(sys.modules.values()))
        within = {self._within(file) for file in loaded if isinstance(file, str)}
        called = {file for call in self._calls.values() for file, *_ in call["frames"]}
        return {name: fingerprint(Path(self._root, name)) for name in sorted((within | called) - {""})}

    def _hear(self, call: "Call") -> None:
        if not self.on:
            return
        here = self._frames(sys._getframe(1))  # noqa: SLF001 - inspect.stack reads every source file
        frames = tuple(dict.fromkeys((*here, *self._inherited())))
        if not frames:
            return
        parameters = redacted(call)
        names = named_in(parameters)
        entry: dict[str, Any] = {
            "service": call.service,
            "operation": call.operation,
            "parameters": parameters,
            "region": call.region,
            "frames": frames,
        }
        if call.service == "apigatewaymanagementapi":
            entry["endpoint"] = call.endpoint
        current = dict(os.environ.items())
        if call.region in [current.get(name) for name in _REGIONS]:
            entry["default_region"] = True
        held = {name: value for name, value in current.items() if is_name(name, value, names)}
        if held:
            entry["variables"] = held
        self._calls[json.dumps(entry, sort_keys=True)] = entry

    def _frames(self, frame: FrameType | None) -> Frames:
        """Return the functions of the project on a stack, the innermost first."""
        found: dict[tuple[str, str, int], None] = {}
        while frame:
            file = self._within(frame.f_code.co_filename)
            if file:
                found[file, frame.f_code.co_qualname, frame.f_lineno] = None
            frame = frame.f_back
        return tuple(found)

    def _within(self, file: str) -> str:
        """Return the path of a file in the project, empty if it is none of it."""
        if file not in self._inside:
            # An entry of sys.path such as tests/../src names the same file by another path.
            real = os.path.realpath(file) if file.startswith(os.sep) else file
            path = real.removeprefix(self._root) if real.startswith(self._root) else ""
            self._inside[file] = "" if _INSTALLED.search(path) else path
        return self._inside[file]

    def _reading(self, read: Callable[[Any, str], str]) -> Callable[[Any, str], str]:
        def watched(environment: Any, name: str) -> str:
            value = read(environment, name)
            frame: FrameType | None = sys._getframe(1)  # noqa: SLF001 - as above
            while frame and not (file := self._within(frame.f_code.co_filename)):
                frame = frame.f_back
            if frame and isinstance(value, str):
                self._read[file][name][value] = None
            return value

        return watched

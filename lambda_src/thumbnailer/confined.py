"""A photograph decoded in a process of its own, so that no file takes down the function and its neighbours.

The process has what the function's memory leaves, a limited time, and none of the function's credentials:
decoders are C, and files come from strangers.
"""

import json
import math
import os
import signal
import subprocess
import sys
import weakref
from contextlib import suppress
from typing import IO, Any, cast

from thumbnailer.decoder import ANSWER, LIMITED, REQUEST
from thumbnailer.domain import Photo
from thumbnailer.exif import Notes
from wellmade_runtime.file_store import UnloadableError
from wellmade_runtime.variables import FUNCTION_TIMEOUT_SECONDS

RESERVED = 250
"""MiB of the function's memory for the handler itself, its clients and the file."""
MOST_SECONDS = 10
"""Most of a processor's time for one picture; a function with a timeout under 20 s gives half of that."""
_KEPT = ("PATH", "LD_LIBRARY_PATH", "LANG")
_OURS = (signal.SIGKILL, signal.SIGTERM, signal.SIGINT)
"""Signals that come from outside and tell nothing about the file."""


class Decoder:
    """The program that decodes, started with the first photograph, and anew should it end."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._end: weakref.finalize[[subprocess.Popen[bytes]], Decoder] | None = None

    @property
    def pid(self) -> int | None:
        """Number of the program's process, None where it does not run."""
        return self._process.pid if self._process else None

    def read_photo(self, content: bytes) -> Photo:
        """Return what a photograph shows, as `domain.read_photo`; one at a time.

        Raises:
            UnloadableError: As `domain.read_photo`; also if decoding takes more memory or time than there is,
                or the decoder crashes.
            ChildProcessError: If the decoder ended for a reason that is not the file's, so another attempt
                may succeed.
        """
        memory, seconds = _memory(), _seconds()
        status, answer = self._ask(REQUEST.pack(len(content), memory, seconds), content)
        if status == 0:
            return _photo(answer)
        if status == LIMITED:
            raise UnloadableError("memory", f"takes more than {memory // 2**20} MiB to decode")
        if status == -signal.SIGXCPU:
            raise UnloadableError("time", f"takes more than {seconds} s to decode")
        if status < 0 and -status not in _OURS:
            raise UnloadableError("crash", f"the decoder ended by {signal.Signals(-status).name}")
        raise ChildProcessError(f"the decoder ended with status {status}")

    def _ask(self, request: bytes, content: bytes) -> tuple[int, bytes]:
        process = self._running()
        try:
            given, taken = cast(IO[bytes], process.stdin), cast(IO[bytes], process.stdout)
            given.write(request)
            given.write(content)
            given.flush()
            head = taken.read(ANSWER.size)
            if len(head) == ANSWER.size:
                status, length = ANSWER.unpack(head)
                return status, taken.read(length)
        except BrokenPipeError:
            pass
        self.end()
        raise ChildProcessError("the program that decodes ended")

    def _running(self) -> "subprocess.Popen[bytes]":
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "thumbnailer.decoder"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env=_environment(),
            )
            self._end = weakref.finalize(self, _end, self._process)
        return self._process

    def end(self) -> None:
        """End the program; the next photograph starts it anew."""
        if self._end:
            self._end()
        self._process = None


def _end(process: "subprocess.Popen[bytes]") -> None:
    process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        with suppress(BrokenPipeError):  # of what it did not read
            cast(IO[bytes], pipe).close()


def _memory() -> int:
    """Return the bytes that a decoder may take; 0, no limit, where nothing tells or limits it."""
    memory = int(os.environ.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "0"))
    return max(1, memory - RESERVED) * 2**20 if memory and sys.platform == "linux" else 0


def _seconds() -> int:
    timeout = float(os.environ.get(FUNCTION_TIMEOUT_SECONDS, 2 * MOST_SECONDS))
    return min(MOST_SECONDS, math.ceil(timeout / 2))


def _environment() -> dict[str, str]:
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    # One arena: each further one of a decoder's threads would be counted before it is used.
    return {**kept, "PYTHONPATH": os.pathsep.join(sys.path), "MALLOC_ARENA_MAX": "1"}


def _photo(answer: bytes) -> Photo:
    line, _, thumbnail = answer.partition(b"\n")
    found: dict[str, Any] = json.loads(line)
    if "reason" in found:
        raise UnloadableError(found["reason"], found["detail"])
    return Photo(**{**found, "notes": Notes(**found["notes"])}, thumbnail=thumbnail)

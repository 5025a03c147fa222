"""A photograph decoded in a process of its own, so that no file takes down the function and its neighbours.

The process has what the function's memory leaves, and none of its credentials: decoders are C, and files
come from strangers.
"""

import json
import os
import signal
import subprocess
import sys
from typing import Any

from thumbnailer.decoder import LIMITED
from thumbnailer.domain import Photo
from thumbnailer.exif import Notes
from wellmade_runtime.file_store import UnloadableError

RESERVED = 250
"""MiB of the function's memory for the handler itself, its clients and the file."""
_KEPT = ("PATH", "LD_LIBRARY_PATH", "LANG")
_OURS = (signal.SIGKILL, signal.SIGTERM, signal.SIGINT)
"""Signals that come from outside and tell nothing about the file."""


def read_confined(content: bytes) -> Photo:
    """Return what a photograph shows, as `read_photo`.

    Raises:
        UnloadableError: As `read_photo`; also if decoding takes more memory than there is, or the decoder
            crashes.
        ChildProcessError: If the decoder ended for a reason that is not the file's, so another attempt may
            succeed.
    """
    limit = _limit()
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-m", "thumbnailer.decoder", str(limit)],
        input=content,
        capture_output=True,
        check=False,
        env=_environment(),
    )
    if done.returncode == 0:
        return _photo(done.stdout)
    if done.returncode == LIMITED:
        raise UnloadableError("memory", f"takes more than {limit // 2**20} MiB to decode")
    if done.returncode < 0 and -done.returncode not in _OURS:
        raise UnloadableError("crash", f"the decoder ended by {signal.Signals(-done.returncode).name}")
    raise ChildProcessError(f"the decoder ended with status {done.returncode}")


def _limit() -> int:
    """Return the bytes that a decoder may take; 0, no limit, where nothing tells the function's memory."""
    memory = int(os.environ.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "0"))
    return max(1, memory - RESERVED) * 2**20 if memory else 0


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

"""The program that decodes photographs, as `thumbnailer.confined` starts it: files in, answers out.

It loads the libraries once, and decodes each file in a fork of itself, under limits that end with it. An
answer is the status that the fork ended with and what it wrote: a line of JSON, what was found or why it was
refused, and the thumbnail behind it.
"""

import json
import os
import resource
import struct
import sys
from dataclasses import asdict
from importlib import import_module
from typing import IO, NoReturn

from thumbnailer.domain import read_photo
from wellmade_runtime.file_store import UnloadableError

LOADED = ("Avif", "Gif", "Jpeg", "Mpo", "Png", "WebP")
"""Formats that are loaded before any fork; Pillow would load them in each."""
REQUEST = struct.Struct(">QQI")
"""Bytes of the file that follows, bytes of memory that decoding may take, 0 for no limit, and seconds."""
ANSWER = struct.Struct(">iI")
"""Status of the fork, negative for a signal, and bytes of what follows."""
LIMITED = 3
"""Status of a fork that ran out of memory where nothing could say so."""


def main(given: IO[bytes], answers: IO[bytes]) -> None:
    """Decode until nothing more comes."""
    for form in LOADED:
        import_module(f"PIL.{form}ImagePlugin")
    while len(request := given.read(REQUEST.size)) == REQUEST.size:
        size, memory, seconds = REQUEST.unpack(request)
        status, answer = _in_a_fork(given.read(size), memory, seconds)
        answers.write(ANSWER.pack(status, len(answer)) + answer)
        answers.flush()


def _in_a_fork(content: bytes, memory: int, seconds: int) -> tuple[int, bytes]:
    reads, writes = os.pipe()
    child = os.fork()
    if not child:
        os.close(reads)
        _decode(content, memory, seconds, writes)
    os.close(writes)
    with os.fdopen(reads, "rb") as pipe:
        answer = pipe.read()
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), answer


def _decode(content: bytes, memory: int, seconds: int, writes: int) -> NoReturn:
    """Write the answer and end, without the cleaning up that is the parent's."""
    status = 1
    try:
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        if memory:
            # Of what is written to: libraries that are mapped and stacks that are reserved count less.
            resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
        found, thumbnail = _answer(content)
        with os.fdopen(writes, "wb") as pipe:
            pipe.write(json.dumps(found).encode() + b"\n" + thumbnail)
        status = 0
    except MemoryError:
        status = LIMITED
    finally:
        os._exit(status)


def _answer(content: bytes) -> tuple[dict[str, object], bytes]:
    try:
        photo = asdict(read_photo(content))
    except UnloadableError as refusal:
        return {"reason": refusal.reason, "detail": refusal.detail}, b""
    thumbnail = photo.pop("thumbnail")
    return photo, thumbnail


if __name__ == "__main__":
    main(sys.stdin.buffer, sys.stdout.buffer)

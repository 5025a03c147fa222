"""The program that decodes one photograph: file in, answer out, as `thumbnailer.confined` starts it.

The answer is a line of JSON, what was found or why it was refused, and the thumbnail behind it.
"""

import json
import resource
import sys
from dataclasses import asdict

LIMITED = 3
"""Status of a decoder that ran out of memory where nothing could say so."""


def main(memory: int) -> None:
    """Decode what comes in; `memory` in bytes is all that this process may take, 0 for no limit."""
    if memory:
        # Of what is written to: libraries that are mapped and stacks that are reserved do not count as much.
        resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    try:
        found, thumbnail = _answer(sys.stdin.buffer.read())
    except MemoryError:
        sys.exit(LIMITED)
    sys.stdout.buffer.write(json.dumps(found).encode() + b"\n" + thumbnail)


def _answer(content: bytes) -> tuple[dict[str, object], bytes]:
    from thumbnailer.domain import read_photo  # noqa: PLC0415 - under the limit, as all that decodes
    from wellmade_runtime.file_store import UnloadableError  # noqa: PLC0415

    try:
        photo = asdict(read_photo(content))
    except UnloadableError as refusal:
        return {"reason": refusal.reason, "detail": refusal.detail}, b""
    thumbnail = photo.pop("thumbnail")
    return photo, thumbnail


if __name__ == "__main__":
    main(int(sys.argv[1]))

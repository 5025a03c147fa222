"""What was read of code, kept on disk, so that the next run reads only what has changed since.

Everything is kept under what tells it from anything else: the content of the files that it was read from
and that of the reader itself. A file of another reader, or a damaged one, counts as empty and is written
anew. It holds what stands in the code, never the value of a variable, and only its owner may read it. What
is kept of projects that nobody compares any more is deleted.
"""

import hashlib
import json
import os
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from wellmade.home import home
from wellmade.prove.code.kept_files import tidy

_READER = Path(__file__).parents[1]
_MODELS = ("boto3", "botocore")
_MOST = 4000
"""So many entries are kept of a project; beyond that, those of this run alone."""
Entries = dict[str, Any]


class Kept:
    """What one project's code told, by key.

    Args:
        file: Where it is kept.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._reader = _fingerprint_of_reader()
        self._entries: Entries = _read(file, self._reader)
        self._used: Entries = {}
        self._is_new = False

    def find(self, key: str) -> Any:
        """Return what is kept under a key; None if nothing is."""
        found = self._entries.get(key)
        if found is not None:
            self._used[key] = found
        return found

    def keep(self, key: str, value: Any) -> None:
        """Keep what JSON can hold."""
        self._entries[key] = self._used[key] = value
        self._is_new = True

    def write(self) -> None:
        """Write the file in one step, so that other runs never see half of one, and tidy up beside it."""
        if self._is_new:
            self._write()
        if self._file.is_file():
            tidy(self._file)

    def _write(self) -> None:
        entries = self._entries if len(self._entries) <= _MOST else self._used
        body = json.dumps({"reader": self._reader, "entries": entries})
        self._file.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=self._file.parent)  # of this user alone
        try:
            with os.fdopen(handle, "w") as out:
                out.write(f"{_digest(body.encode())}\n{body}")
            Path(name).replace(self._file)
        except OSError:
            Path(name).unlink(missing_ok=True)
            raise


_open: Kept | None = None


@contextmanager
def on_disk(project: Path) -> Iterator[None]:
    """Keep what is read of a project's code within a `with`; nothing where nothing can be written."""
    global _open  # noqa: PLW0603 - code is read in one place for all that ask, and kept in one as well
    with suppress(RuntimeError):  # nobody tells where this user's home is
        _open = Kept(home() / "prove" / f"{_digest(str(project).encode())[:16]}.json")
    try:
        yield
        with suppress(OSError):
            if _open:
                _open.write()
    finally:
        _open = None


def kept() -> Kept | None:
    """Return what is kept; None if nothing is."""
    return _open


@lru_cache(maxsize=1 << 14)
def content_of(file: Path) -> str:
    """Return what tells the content of a file from any other; empty if it cannot be read."""
    with suppress(OSError):
        return _digest(file.read_bytes())
    return ""


def key_of(kind: str, parts: Iterable[object]) -> str:
    """Return the key of what was read from some parts."""
    return f"{kind}:{_digest(json.dumps([str(part) for part in parts]).encode())}"


def _read(file: Path, reader: str) -> Entries:
    try:
        digest, _, body = file.read_text().partition("\n")
        document = json.loads(body) if digest == _digest(body.encode()) else {}
        found: Entries = document["entries"] if document.get("reader") == reader else {}
    except (OSError, ValueError, KeyError, RecursionError):
        return {}
    return found


def _fingerprint_of_reader() -> str:
    """Return what tells this reader from any other: its code, and the models of AWS that it knows."""
    files = [*sorted(_READER.rglob("*.py")), _READER / "data" / "libraries.json"]
    files += [Path(found.origin) for name in _MODELS if (found := find_spec(name)) and found.origin]
    told = "".join(_digest(file.read_bytes()) for file in files)
    return _digest(f"{sys.version}{told}".encode())


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()

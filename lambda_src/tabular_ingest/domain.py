"""What a file of rows is, which rows can be loaded, and when a file never can.

The first 64 KiB decide about the whole file, before any row is loaded: what is not UTF-8 there, holds
NUL characters or has no usable header is refused. From then on a line that cannot be read costs that
line alone, so a file is never left half loaded because of what stands in it.
"""

import codecs
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import PurePosixPath

from tabular_ingest.tabular.csv_rows import csv_rows
from tabular_ingest.tabular.json_rows import json_rows
from tabular_ingest.tabular.lines import read_lines
from tabular_ingest.tabular.rows import Reading
from tabular_ingest.tabular.schema import Schema
from wellmade_runtime.file_store import UnloadableError

FORMATS = {".csv": csv_rows, ".jsonl": json_rows}
"""How each file is read, by the end of its name."""

HEAD = 64 * 1024
"""Bytes that decide about the file."""

SHARDS = 16
"""Partitions of one file's rows: a partition takes 1,000 writes a second, a large file needs more."""


def partition(identity: str, line: int) -> str:
    """Return the partition key of a row."""
    return f"{identity}#{line % SHARDS}"


def read_rows(key: str, chunks: Iterable[bytes], schema: Schema) -> Reading:
    """Return the rows of a file; blank lines are no rows.

    Raises:
        UnloadableError: At once, if the format, the encoding or the header makes the file unreadable.
    """
    read = FORMATS.get(PurePosixPath(key).suffix.lower())
    if read is None:
        raise UnloadableError("format", f"the name must end in {' or '.join(FORMATS)}")
    rest = iter(chunks)
    head = _head(rest)
    _check_encoding(head)
    reading = read(read_lines(chain([head], rest)), schema)
    marked = head.startswith(codecs.BOM_UTF8)
    return reading._replace(encoding="utf-8 with byte order mark" if marked else "utf-8")


def _head(chunks: Iterator[bytes]) -> bytes:
    head = b""
    while len(head) < HEAD and (chunk := next(chunks, None)) is not None:
        head += chunk
    return head


def _check_encoding(head: bytes) -> None:
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise UnloadableError("encoding", "UTF-16 or UTF-32; save the file as UTF-8")
    if b"\0" in head[:HEAD]:
        raise UnloadableError("encoding", "holds NUL bytes, so it is no text")
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head[:HEAD])
    except UnicodeDecodeError as error:
        byte, line = head[error.start], head.count(b"\n", 0, error.start) + 1
        raise UnloadableError("encoding", f"not UTF-8: byte 0x{byte:02x} on line {line}") from error

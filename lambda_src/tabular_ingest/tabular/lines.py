"""Lines of text from a stream of bytes, never held whole, however long a line may be."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

LONGEST = 64 * 1024
"""Most bytes of a line. Whatever fits is also far below DynamoDB's 400 KB for an item."""

_SHOWN = 1024


class Line(NamedTuple):
    """One line with its end; one that cannot be read has a problem, and its text is what can be shown."""

    number: int
    text: str
    problem: str | None = None


def read_lines(chunks: Iterable[bytes]) -> Iterator[Line]:
    r"""Yield numbered lines that end in \n, \r\n or \r; a byte order mark is left out."""
    for number, raw in enumerate(_split(chunks), start=1):
        yield _decode(number, raw.removeprefix(b"\xef\xbb\xbf") if number == 1 else raw)


def _split(chunks: Iterable[bytes]) -> Iterator[bytes]:
    rest = b""
    for chunk in chunks:
        lines = (rest + chunk).splitlines(keepends=True)
        # The last piece may go on in the next chunk; a \r may be half of a \r\n.
        rest = lines.pop() if lines and not lines[-1].endswith(b"\n") else b""
        if len(rest) > LONGEST:
            rest = rest[:LONGEST] + rest[-1:]  # still too long, and still ended if it was
        yield from lines
    if rest:
        yield rest


def _decode(number: int, raw: bytes) -> Line:
    if len(raw) > LONGEST:
        return _unreadable(number, raw, f"line is longer than {LONGEST} bytes")
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        return _unreadable(number, raw, f"not UTF-8: byte 0x{raw[error.start]:02x} at position {error.start}")
    if "\0" in text:
        return _unreadable(number, raw, "holds a NUL character")
    return Line(number, text)


def _unreadable(number: int, raw: bytes, problem: str) -> Line:
    return Line(number, raw[:_SHOWN].decode(errors="replace"), problem)

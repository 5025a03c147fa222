import io
import tracemalloc
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tabular_ingest.tabular import lines
from tabular_ingest.tabular.lines import LONGEST, Line, read_lines


def pieces(raw: bytes, size: int) -> Iterator[bytes]:
    return (raw[at : at + size] for at in range(0, len(raw), size))


@given(st.text("ab\r\né\ufeff\x0b\x0c\x1c\x85\u2028"), st.integers(1, 9))
def test_lines_are_those_of_an_editor_however_the_bytes_arrive(text: str, size: int) -> None:
    raw = text.encode()
    wanted = io.TextIOWrapper(io.BytesIO(raw), encoding="utf-8-sig", newline="").readlines()
    assert [line.text for line in read_lines(pieces(raw, size)) if line.text] == wanted


@given(st.lists(st.integers(0, 40)), st.sampled_from([b"\n", b"\r\n", b"\r"]), st.integers(1, 50))
def test_too_long_a_line_costs_itself_alone(lengths: list[int], end: bytes, size: int) -> None:
    raw = b"".join(b"x" * length + end for length in lengths)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lines, "LONGEST", 20)
        read = list(read_lines(pieces(raw, size)))
    assert [bool(line.problem) for line in read] == [length + len(end) > 20 for length in lengths]


def test_too_long_a_line_is_never_held_whole() -> None:
    chunk = b"x" * 100_000
    tracemalloc.start()
    try:
        [line] = read_lines(chunk for _ in range(200))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert line.problem == f"line is longer than {LONGEST} bytes"
    assert peak < 10 * len(chunk)


@pytest.mark.parametrize(
    ("raw", "line"),
    [
        (b"\xff", Line(1, "\ufffd", "not UTF-8: byte 0xff at position 0")),
        (b"ab\xc3", Line(1, "ab\ufffd", "not UTF-8: byte 0xc3 at position 2")),
        (b"a\0b\n", Line(1, "a\0b\n", "holds a NUL character")),
    ],
)
def test_unreadable_line_says_why_and_shows_what_it_can(raw: bytes, line: Line) -> None:
    assert list(read_lines([raw])) == [line]

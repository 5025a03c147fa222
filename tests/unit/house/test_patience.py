"""A command that takes long says that it is at work, unless something in it tells how it goes."""

import threading
from collections.abc import Callable

import pytest

from wellmade import patience
from wellmade.patience import QUIET, at_work, spoken_for


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[str]]:
    """Let a second pass at once, and give what was written after a few of them."""
    monkeypatch.delenv(QUIET)
    monkeypatch.setattr(patience, "SILENCE", 0.001)
    written: list[str] = []
    third = threading.Event()

    def write(text: str) -> None:
        written.append(text)
        if len(written) == 3:
            third.set()

    monkeypatch.setattr(patience, "write_err", write)

    def wait() -> list[str]:
        third.wait(10)
        return written

    return wait


def test_it_says_so_again_and_again(lines: Callable[[], list[str]]) -> None:
    with at_work("check"):
        assert set(lines()[:3]) == {"wellmade: check is at work, 0 s\n"}


def test_nothing_is_said_after_the_end(lines: Callable[[], list[str]]) -> None:
    with at_work("check"):
        said = lines()
    at_the_end = len(said)
    assert [thread for thread in threading.enumerate() if thread.name == "at work"] == []
    assert len(said) == at_the_end


def test_what_tells_how_it_goes_has_the_word(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(QUIET)
    monkeypatch.setattr(patience, "SILENCE", 0.001)
    said: list[str] = []
    monkeypatch.setattr(patience, "write_err", said.append)
    looked = threading.Event()

    class Speakers(list[str]):
        def __bool__(self) -> bool:
            looked.set()
            return len(self) > 0

    monkeypatch.setattr(patience, "_speakers", Speakers())
    with spoken_for("the tests run"), at_work("prove"):
        assert looked.wait(10)
    assert said == []


def test_the_silence_before_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    """An import of a second and a wait of a second are two seconds without a word."""
    monkeypatch.setattr(patience, "_heard", [100.0])

    assert patience._until_word(101.0) == patience.SILENCE - 1
    assert patience._until_word(170.0) == patience.SILENCE


def test_nothing_is_said_where_that_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(QUIET, "1")
    with at_work("check"):
        assert [thread for thread in threading.enumerate() if thread.name == "at work"] == []

"""Lookups within a timeout budget."""

import json
import threading
from collections.abc import Iterator

import pytest

from wellmade_runtime.lookups import Answer, Attempts, Lookups


class AwayError(Exception):
    """A store that does not answer."""


@pytest.fixture
def gate() -> Iterator[threading.Event]:
    """What holds calls back until the test is over, so that no thread outlives it."""
    opened = threading.Event()
    yield opened
    opened.set()


def lookups(timeout: float, attempts: int = 1) -> Lookups:
    return Lookups({"profile": Attempts(timeout, attempts)}, failures=(AwayError,))


def test_answers_what_the_store_says_which_may_be_nothing() -> None:
    assert lookups(30).ask("profile", lambda: 7) == Answer(7)
    assert lookups(30).ask("profile", lambda: None) == Answer(None)


def test_what_is_late_is_not_waited_for(gate: threading.Event) -> None:
    assert lookups(0.01).ask("profile", gate.wait) is None


def test_each_attempt_is_a_call_of_its_own(gate: threading.Event) -> None:
    calls = iter([gate.wait, lambda: True])

    def ask() -> bool:
        return next(calls)()

    assert lookups(0.5, attempts=2).ask("profile", ask) == Answer(value=True)


def test_a_store_that_fails_is_asked_again_at_once() -> None:
    said: list[str] = []

    def fail() -> None:
        said.append("asked")
        raise AwayError

    assert lookups(30, attempts=3).ask("profile", fail) is None
    assert said == ["asked"] * 3


def test_a_fault_of_the_code_is_no_missing_answer() -> None:
    with pytest.raises(ZeroDivisionError):
        lookups(30).ask("profile", lambda: 1 // 0)


def test_a_store_that_hangs_holds_few_threads_and_is_not_asked_later(gate: threading.Event) -> None:
    asked: list[int] = []

    def hang(number: int) -> bool:
        asked.append(number)
        return gate.wait()

    slow = lookups(0.01)
    for number in range(20):
        assert slow.ask("profile", lambda number=number: hang(number)) is None  # type: ignore[misc] # bound now
    assert len(asked) <= 4
    gate.set()
    assert Lookups({"profile": Attempts(30)}, failures=()).ask("profile", lambda: 1) == Answer(1)
    assert len(asked) <= 4


def test_a_hanging_store_holds_up_no_other(gate: threading.Event) -> None:
    both = Lookups({"profile": Attempts(0.01), "velocity": Attempts(30)}, failures=())
    for _ in range(8):
        assert both.ask("profile", gate.wait) is None
    assert both.ask("velocity", lambda: 3) == Answer(3)


def test_counts_what_was_not_answered_by_function(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail() -> None:
        raise AwayError

    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", "scores")
    lookups(30, attempts=2).ask("profile", fail)
    [line] = [json.loads(each) for each in capsys.readouterr().out.splitlines()]
    assert (line["function"], line["UnansweredLookups"]) == ("scores", 1)
    assert line["_aws"]["CloudWatchMetrics"][0]["Dimensions"] == [["function"]]


def test_reads_the_plan_that_the_construct_wrote(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOOKUPS", '{"profile": {"timeout": 30, "attempts": 2}}')
    found = Lookups.from_environment(failures=(AwayError,))
    calls = iter([AwayError, None])

    def once_away() -> int:
        if failure := next(calls):
            raise failure
        return 1

    assert found.ask("profile", once_away) == Answer(1)

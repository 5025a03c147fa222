"""Values are fetched once for all who ask, again after they expired, and not by everybody at one time."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from wellmade_runtime import cached_values
from wellmade_runtime.cached_values import CachedValues


class Clock:
    """A clock that goes when it is told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def time(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    ours = Clock()
    monkeypatch.setattr(cached_values, "time", ours)
    return ours


def counted() -> tuple[list[str], Callable[[str], str]]:
    """Return the names that were fetched, and what fetches: each time another value."""
    asked: list[str] = []

    def fetch(name: str) -> str:
        asked.append(name)
        return f"{name}-{len(asked)}"

    return asked, fetch


def test_a_value_is_kept_until_it_expires(clock: Clock) -> None:
    asked, fetch = counted()
    values = CachedValues(fetch, ttl=100)
    assert {values.get("a") for _ in range(3)} == {"a-1"}
    clock.now += 101
    assert values.get("a") == "a-2"
    assert asked == ["a", "a"]


def test_each_name_has_its_own_value(clock: Clock) -> None:  # noqa: ARG001 - nothing expires
    values = CachedValues(counted()[1])
    assert (values.get("a"), values.get("b"), values.get("a")) == ("a-1", "b-2", "a-1")


def test_values_of_many_environments_expire_at_many_moments(clock: Clock) -> None:
    """Within the last fifth of their time: none before it, all after it, and not all at once."""
    environments = [counted() for _ in range(100)]
    values = [CachedValues(fetch, ttl=100) for _, fetch in environments]
    fetched = []
    for now in (1000.0, 1079.9, 1090.0, 1100.1):
        clock.now = now
        for each in values:
            each.get("a")
        fetched.append(sum(len(asked) for asked, _ in environments))
    assert fetched[:2] == [100, 100]
    assert 120 < fetched[2] < 180
    assert fetched[3] == 200


def test_threads_share_one_fetch() -> None:
    everybody, asked = threading.Barrier(8), []
    go = threading.Event()

    def fetch(name: str) -> str:
        asked.append(name)
        go.wait(10)
        return "value"

    values = CachedValues(fetch)

    def ask(_: int) -> str:
        everybody.wait(10)
        return values.get("a")

    with ThreadPoolExecutor(8) as pool:
        answers = [pool.submit(ask, number) for number in range(8)]
        go.set()
        assert {answer.result(10) for answer in answers} == {"value"}
    assert asked == ["a"]


def test_threads_share_an_error_and_the_next_asks_again() -> None:
    begun, go = threading.Event(), threading.Event()
    errors = iter([ValueError("away")])

    def fetch(_: str) -> str:
        begun.set()
        go.wait(10)
        for error in errors:
            raise error
        return "back"

    values = CachedValues(fetch)
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(values.get, "a")
        begun.wait(10)
        second = pool.submit(values.get, "a")
        go.set()
        assert "away" in {str(first.exception(10)), str(second.exception(10))}
    assert values.get("a") == "back"


def test_what_is_to_be_forgotten_is_fetched_anew() -> None:
    values = CachedValues(counted()[1])
    assert values.get("a") == "a-1"
    values.forget("a")
    assert values.get("a") == "a-2"


def test_what_was_under_way_when_it_was_to_be_forgotten_is_not_kept() -> None:
    """It may be the value from before the rotation."""
    asked, fetch = counted()

    def forgetting(name: str) -> str:
        if not asked:
            values.forget(name)
        return fetch(name)

    values = CachedValues(forgetting)
    assert [values.get("a"), values.get("a"), values.get("a")] == ["a-1", "a-2", "a-2"]

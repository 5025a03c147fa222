from types import ModuleType
from typing import Any

import pytest

from fraud_score.domain import MOST, Score, after
from sample_shop.clicks import Click
from tests.handlers.clickstream.clicks import check_set_apart, click
from tests.handlers.support import Crash, error, hooked, items, read, stream_record


def scored() -> dict[str, tuple[int, bool]]:
    return {
        item["pk"]["S"].removeprefix("user#"): (int(item["clicks"]["N"]), item["suspicious"]["BOOL"])
        for item in items("scores")
        if item["pk"]["S"].startswith("user#")
    }


def burst(user: str, clicks: int, apart: float) -> list[dict[str, Any]]:
    return [stream_record(click(f"{user}-{n}", user, after=n * apart), key=user) for n in range(clicks)]


def test_a_fast_user_is_suspicious_and_a_slow_one_is_not(scores: ModuleType) -> None:
    assert read(scores, *burst("robot", MOST + 1, 0.1), *burst("ada", MOST + 1, 1)) == []
    assert scored() == {"robot": (MOST + 1, True), "ada": (MOST + 1, False)}


def test_suspicion_stays(scores: ModuleType) -> None:
    read(scores, *burst("robot", MOST + 1, 0.1))
    read(scores, stream_record(click(99, "robot", after=1000), key="robot"))
    assert scored() == {"robot": (MOST + 2, True)}


def test_duplicates_and_old_records_are_not_scored_again(scores: ModuleType) -> None:
    records = burst("ada", 5, 1)
    read(scores, *records)
    assert read(scores, *records[2:], *records[:2]) == []
    assert scored() == {"ada": (5, False)}


def test_what_a_producer_wrote_twice_is_scored_once(scores: ModuleType) -> None:
    read(scores, *burst("ada", 5, 1))
    assert read(scores, *burst("ada", 5, 1)) == []
    assert scored() == {"ada": (5, False)}


def test_after_a_failure_the_rest_of_that_user_waits_and_others_go_on(scores: ModuleType) -> None:
    ada, bob = burst("ada", 3, 1), burst("bob", 3, 1)
    poison = stream_record("poison", key="ada")
    failed = read(scores, ada[0], bob[0], poison, ada[1], bob[1], ada[2], bob[2])
    assert failed == [poison, ada[1], ada[2]]
    assert scored() == {"ada": (1, False), "bob": (3, False)}
    # Lambda goes on at the poison, gives it up, and delivers what waited.
    assert read(scores, ada[1], bob[1], ada[2], bob[2]) == []
    assert scored() == {"ada": (3, False), "bob": (3, False)}


def test_a_throttled_table_loses_no_click(scores: ModuleType) -> None:
    records = burst("ada", 4, 1)
    with hooked(scores, "before-call.dynamodb.TransactWriteItems", error("ThrottlingException")):
        assert read(scores, *records) == records
    assert read(scores, *records) == []
    assert scored() == {"ada": (4, False)}


@pytest.mark.parametrize(
    "event", ["before-call.dynamodb.TransactWriteItems", "after-call.dynamodb.TransactWriteItems"]
)
def test_redelivery_finishes_what_a_crash_left(scores: ModuleType, event: str) -> None:
    def crash(**_: object) -> None:
        raise Crash

    records = burst("ada", 3, 1)
    with hooked(scores, event, crash), pytest.raises(Crash):
        read(scores, *records)
    assert read(scores, *records) == []
    assert scored() == {"ada": (3, False)}


def test_the_same_batch_in_two_invocations_at_once_is_scored_once(scores: ModuleType) -> None:
    first, second = burst("ada", 2, 1)
    nested: list[Any] = []

    def meanwhile(**_: object) -> None:
        if not nested:
            nested.append(None)
            nested.append(read(scores, first))

    with hooked(scores, "before-call.dynamodb.TransactWriteItems", meanwhile):
        assert read(scores, first, second) == []
    assert nested[1] == []
    assert scored() == {"ada": (2, False)}


def test_an_invocation_that_was_overtaken_overwrites_nothing(scores: ModuleType) -> None:
    first, second = burst("ada", 2, 1)
    nested: list[Any] = []

    def meanwhile(**_: object) -> None:
        if not nested:
            nested.append(None)
            nested.append(read(scores, second))

    with hooked(scores, "before-call.dynamodb.TransactWriteItems", meanwhile):
        assert read(scores, first) == [first]
    assert scored() == {"ada": (1, False)}


def test_a_late_click_moves_nothing_back() -> None:
    known = after(Score("1", recent=(100.0, 101.0), clicks=2), Click("c", "ada", "home", at=95.0), "2")
    assert known.recent == (95.0, 100.0, 101.0)
    assert after(known, Click("d", "ada", "home", at=50.0), "3").recent == known.recent


def test_only_what_is_near_in_time_counts() -> None:
    score: Score | None = None
    for number in range(40):
        score = after(score, Click(f"c{number}", "ada", "home", at=number * 0.6), str(number))
    assert score is not None
    assert (score.clicks, len(score.recent), score.suspicious) == (40, 17, False)


def test_a_user_may_be_called_anything_and_takes_nothing_from_another(scores: ModuleType) -> None:
    names = ["scored#ada-0", "scored#", "user#ada", "ada"]
    for name in names:
        assert read(scores, stream_record(click("ada-0", name), key=name)) == []
    assert scored() == dict.fromkeys(["scored#ada-0", "scored#", "ada"], (1, False)) | {
        "user#ada": (1, False)
    }


def test_a_click_from_the_future_hides_nobody(scores: ModuleType) -> None:
    ahead = stream_record({**click(1, "robot"), "at": "9999-12-31T23:59:59Z"}, key="robot")
    assert read(scores, ahead) == [ahead]
    assert read(scores, *burst("robot", MOST + 1, 0.1)) == []
    assert scored() == {"robot": (MOST + 1, True)}


def test_a_click_of_the_same_id_and_other_contents_is_set_apart_and_holds_nobody_up(
    scores: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    read(scores, stream_record(click(1, "ada"), key="ada"))
    other = stream_record({**click(1, "ada"), "page": "elsewhere"}, key="ada")
    assert read(scores, other, stream_record(click(2, "ada"), key="ada")) == []
    assert scored() == {"ada": (2, False)}
    check_set_apart("scores", other, capsys)

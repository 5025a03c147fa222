from types import ModuleType
from typing import Any

import pytest

from tests.handlers.support import Crash, change, error, hooked, items, read


def image(user: str, clicks: int = 21, *, suspicious: bool = True) -> dict[str, Any]:
    return {"pk": {"S": user}, "clicks": {"N": str(clicks)}, "suspicious": {"BOOL": suspicious}}


def opened() -> dict[str, str]:
    return {item["pk"]["S"]: item["clicks"]["N"] for item in items("cases")}


def test_opens_a_case_once_and_leaves_it_as_it_is(cases: ModuleType) -> None:
    assert read(cases, change(image("robot")), change(image("robot", 22))) == []
    assert read(cases, change(image("robot", 30))) == []
    assert opened() == {"robot": "21"}


def test_harmless_scores_open_none(cases: ModuleType) -> None:
    assert read(cases, change(image("ada", suspicious=False))) == []
    assert opened() == {}


def test_a_change_that_is_no_score_is_reported_and_its_user_waits(cases: ModuleType) -> None:
    bad, waits = change({"pk": {"S": "x"}}, key="x"), change(image("x"), key="x")
    assert read(cases, bad, waits, change(image("robot"), key="robot")) == [bad, waits]
    assert opened() == {"robot": "21"}


def test_throttled_writes_are_tried_again(cases: ModuleType) -> None:
    record = change(image("robot"))
    with hooked(cases, "before-call.dynamodb", error("ThrottlingException")):
        assert read(cases, record) == [record]
    assert read(cases, record) == []
    assert opened() == {"robot": "21"}


def test_redelivery_finishes_what_a_crash_left(cases: ModuleType) -> None:
    def crash(**_: object) -> None:
        raise Crash

    record = change(image("robot"))
    with hooked(cases, "after-call.dynamodb", crash), pytest.raises(Crash):
        read(cases, record)
    assert read(cases, record) == []
    assert opened() == {"robot": "21"}

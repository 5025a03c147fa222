import json
from typing import Any

import pytest

from wellmade.redrive.message import Message
from wellmade.redrive.reasons import MOST_PAGES, Logs, failure


def line(**fields: str) -> str:
    return json.dumps(fields)


def test_a_logged_exception_gives_its_last_line() -> None:
    trace = "Traceback (most recent call last):\n  File …\nbotocore.errorfactory.InvalidRequest: no key\n"
    for level in ("ERROR", "WARNING"):
        assert failure(line(level=level, message="record failed", exception=trace)) == (
            "botocore.errorfactory.InvalidRequest: no key"
        )


def test_an_error_without_an_exception_gives_its_message() -> None:
    assert failure(line(level="CRITICAL", message="table is gone")) == "table is gone"


def test_plain_text_is_taken_when_it_speaks_of_an_error() -> None:
    assert failure("[ERROR] ValueError: bad\n") == "[ERROR] ValueError: bad"


@pytest.mark.parametrize(
    "text",
    [line(level="INFO", message="Error rate fine"), "START RequestId: 1", "[1, 2]", line(level="ERROR")],
)
def test_other_lines_are_no_reason(text: str) -> None:
    assert failure(text) is None


class Pages:
    """Logs of so many pages."""

    def __init__(self, number: int) -> None:
        self.number = number

    def get_paginator(self, _operation: str) -> "Pages":
        return self

    def paginate(self, **_arguments: Any) -> list[dict[str, Any]]:
        return [{"events": []}] * self.number


@pytest.mark.parametrize(
    ("pages", "cut"), [(MOST_PAGES, []), (MOST_PAGES + 1, ["worker"])], ids=["all", "more"]
)
def test_a_log_that_has_more_pages_is_named(pages: int, cut: list[str]) -> None:
    client: Any = Pages(pages)
    logs = Logs(client, ["worker"])
    logs.reasons([Message("1", "r", "body", {}, {})])
    assert logs.cut == cut

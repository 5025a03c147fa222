import json
from typing import Any

import pytest

from wellmade.redrive.log_lines import failure
from wellmade.redrive.message import Message
from wellmade.redrive.reasons import MOST_PAGES, Logs


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


REQUEST = "0f8b6c1e-7a55-4f0e-9a39-5d1c7f4b2a11"
MESSAGE = "5b1c0e6e-94a2-4d2b-8a5e-2f6d3c1b9a77"


class Stream:
    """A log group of these lines, in one stream."""

    def __init__(self, *lines: str) -> None:
        self.lines = lines

    def get_paginator(self, _operation: str) -> "Stream":
        return self

    def paginate(self, **_arguments: Any) -> list[dict[str, Any]]:
        return [{"events": [{"message": line, "logStreamName": "s"} for line in self.lines]}]


def reason(*lines: str) -> str | None:
    client: Any = Stream(*lines)
    return Logs(client, ["worker"]).reasons([Message(MESSAGE, "r", "body", {}, {})]).get(MESSAGE)


NAMED = f"[INFO]\t2026-11-29T10:00:00.000Z\t{REQUEST}\tgot {MESSAGE}"
ENDED = {
    "Python": (
        "[ERROR] KeyError: 'sku'\nTraceback (most recent call last):\n  File x",
        "[ERROR] KeyError: 'sku'",
    ),
    "Node": (
        f"2026-11-29T10:00:00.000Z\t{REQUEST}\tERROR\tInvoke Error \t"
        '{"errorType":"TypeError","errorMessage":"no sku","stack":["a"]}',
        "TypeError: no sku",
    ),
    "JSON": (
        line(level="ERROR", requestId=REQUEST, errorType="KeyError", errorMessage="no sku"),
        "KeyError: no sku",
    ),
    "Java": ("no sku: java.lang.IllegalStateException\n\tat a.B", "no sku: java.lang.IllegalStateException"),
    "a timeout": (
        f"2026-11-29T10:00:03.000Z {REQUEST} Task timed out after 3.00 seconds",
        "Task timed out after 3.00 seconds",
    ),
    "the end of a process": (
        f"REPORT RequestId: {REQUEST}\tDuration: 3 ms\tStatus: error\tError Type: Runtime.ExitError",
        "Lambda ended it: error: Runtime.ExitError",
    ),
}


@pytest.mark.parametrize("kind", ENDED)
def test_an_exception_that_nobody_catches_is_found_by_its_request(kind: str) -> None:
    text, said = ENDED[kind]
    start, end = f"START RequestId: {REQUEST} Version: $LATEST", f"END RequestId: {REQUEST}"
    assert reason(start, NAMED, text, end) == said


def test_a_failure_of_another_request_is_no_reason() -> None:
    other = REQUEST.replace("0f8b", "1f8b")
    assert (
        reason(f"START RequestId: {REQUEST}", NAMED, f"START RequestId: {other}", "[ERROR] KeyError: 'a'")
        is None
    )


def test_a_line_that_names_the_message_counts_more() -> None:
    own = line(level="ERROR", function_request_id=REQUEST, message=f"record {MESSAGE} has no price")
    last = line(level="ERROR", requestId=REQUEST, errorType="Batch", errorMessage="all failed")
    assert reason(NAMED, own, last) == f"record {MESSAGE} has no price"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            json.dumps({"level": "error", "message": {"code": "A1", "detail": "no sku"}}),
            "code: A1, detail: no sku",
        ),
        (json.dumps({"level": 50, "err": {"type": "TypeError", "message": "no sku"}}), "TypeError: no sku"),
        (json.dumps({"level": "ERROR", "message": '{"errorType": "A", "errorMessage": "b"}'}), "A: b"),
        (json.dumps({"level": 30, "message": "no error"}), None),
        (f'[ERROR]\t2026-11-29T10:00:00.000Z\t{REQUEST}\t{{"code": "A1"}}', "code: A1"),
    ],
)
def test_a_reason_in_json_is_read(text: str, said: str | None) -> None:
    assert failure(text) == said

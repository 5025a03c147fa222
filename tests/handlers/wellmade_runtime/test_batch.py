import threading
from typing import Any

import pytest
from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.batch import process_partial_response

from tests.handlers.support import Crash
from wellmade_runtime.batch import ConcurrentBatchProcessor


def process(handler: Any, *bodies: str, **options: Any) -> list[str]:
    """Return the message ids of the records that failed."""
    records = [{"messageId": f"m{number}", "body": body} for number, body in enumerate(bodies)]
    processor = ConcurrentBatchProcessor(logger=Logger("tests"), **options)
    response = process_partial_response({"Records": records}, handler, processor)
    return sorted(str(failure["itemIdentifier"]) for failure in response["batchItemFailures"])


def fail_on_bad(record: Any) -> None:
    if record.body == "bad":
        raise ValueError("bad")


@pytest.mark.parametrize(
    ("bodies", "failed"),
    [
        (("good", "good"), []),
        (("good", "bad", "good", "bad"), ["m1", "m3"]),
        (("bad",), ["m0"]),
        (("bad", "bad"), ["m0", "m1"]),
    ],
)
def test_failed_records_go_back_and_no_others(bodies: tuple[str, ...], failed: list[str]) -> None:
    assert process(fail_on_bad, *bodies) == failed


def test_records_are_processed_at_the_same_time() -> None:
    together = threading.Barrier(10, timeout=10)
    assert process(lambda record: together.wait() and record and None, *["good"] * 10) == []


def test_no_more_than_workers_at_the_same_time() -> None:
    running, most, lock = 0, 0, threading.Lock()

    def count(record: Any) -> None:  # noqa: ARG001 - Powertools passes it by this name
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        with lock:
            running -= 1

    assert process(count, *["good"] * 50, workers=1) == []
    assert most == 1


def test_crash_ends_the_invocation_so_that_the_whole_batch_comes_back() -> None:
    def crash(record: Any) -> None:
        if record.body == "crash":
            raise Crash

    with pytest.raises(Crash):
        process(crash, "good", "crash")


def test_nothing_of_a_batch_goes_on_after_a_crash() -> None:
    begun, crashed, ended = threading.Event(), threading.Event(), []

    def crash(record: Any) -> None:
        if record.body == "crash":
            begun.wait(10)
            crashed.set()
            raise Crash
        begun.set()
        crashed.wait(10)
        ended.append(record.body)

    with pytest.raises(Crash):
        process(crash, "crash", "slow", workers=2)
    assert ended == ["slow"]


def test_threads_stay_for_the_next_batch() -> None:
    seen: list[set[int | None]] = [set(), set()]
    for batch in seen:
        process(lambda record, batch=batch: record and batch.add(threading.get_ident()), "good", workers=1)
    assert seen[0] == seen[1]


def test_failure_is_logged_with_its_message_id(caplog: pytest.LogCaptureFixture) -> None:
    process(fail_on_bad, "good", "bad")
    [logged] = caplog.records
    assert logged.__dict__["message_id"] == "m1"
    assert logged.exc_info is not None
    assert isinstance(logged.exc_info[1], ValueError)

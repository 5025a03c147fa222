"""Jobs that callers wait for: each done once, and each caller told the end."""

import itertools
import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from tests.handlers.support import Aws, Crash, client, items
from wellmade_runtime import jobs
from wellmade_runtime.identity import KeyTooLongError
from wellmade_runtime.job_transactions import done_with
from wellmade_runtime.jobs import Done, Job, JobBusyError, JobRejectedError, JobStore, job_of
from wellmade_runtime.messages import InvalidMessageError

Work = Callable[[Job], Done]


_numbers = itertools.count()


def message(job_id: str = "r-1", body: object = None, owner: str = "ada", message_id: str = "") -> SQSRecord:
    attributes = {
        name: {"dataType": "String", "stringValue": value}
        for name, value in (("job_id", job_id), ("owner", owner))
    }
    text = body if isinstance(body, str) else json.dumps(body or {"number": 2})
    number = message_id or f"m{next(_numbers)}"
    return SQSRecord({"messageId": number, "body": text, "messageAttributes": attributes})


@pytest.fixture
def store(aws: Aws) -> JobStore:
    aws.table("jobs", id="S")
    aws.table("counts", pk="S")
    return JobStore(client("dynamodb"), "jobs", ttl_seconds=100, lease_seconds=2)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    now = [1_800_000_000.0]
    monkeypatch.setattr(time, "time", lambda: now[0])

    def passes(seconds: float) -> None:
        now[0] += seconds

    return passes


def square(job: Job) -> Done:
    return Done({"square": job.read()["number"] ** 2})


def counted(job: Job) -> Done:
    write: Any = {
        "Update": {
            "TableName": "counts",
            "Key": {"pk": {"S": job.key}},
            "UpdateExpression": "ADD done :one",
            "ExpressionAttributeValues": {":one": {"N": "1"}},
        }
    }
    return done_with({}, [write])


def crashes(_: Job) -> Done:
    raise Crash


def the_job() -> dict[str, Any]:
    [item] = items("jobs")
    return item


def told() -> tuple[str, Any]:
    item = the_job()
    status = item["job_status"]["S"]
    outcome = {"done": "job_result", "failed": "job_error"}.get(status)
    return status, json.loads(item[outcome]["S"]) if outcome else None


def test_a_result_is_told_and_forgotten_in_time(store: JobStore, clock: Callable[[float], None]) -> None:
    clock(0)
    store.run(job_of(message()), square)
    assert told() == ("done", {"square": 4})
    assert the_job()["expiration"] == {"N": "1800000100"}


def test_a_repetition_is_done_once(store: JobStore) -> None:
    for _ in range(3):
        store.run(job_of(message()), counted)
    [count] = items("counts")
    assert count["done"] == {"N": "1"}


def test_jobs_of_two_callers_with_one_name_are_two(store: JobStore) -> None:
    for owner in ("ada", "bob"):
        store.run(job_of(message(owner=owner)), square)
    assert {item["id"]["S"] for item in items("jobs")} == {"job#ada#r-1", "job#bob#r-1"}


def test_what_can_never_be_done_is_told_at_once(store: JobStore) -> None:
    def rejects(_: Job) -> Done:
        raise JobRejectedError("number must be even")

    store.run(job_of(message()), rejects)
    assert told() == ("failed", "number must be even")


def test_a_body_that_is_no_object_is_told_at_once(store: JobStore) -> None:
    store.run(job_of(message(body="[]")), square)
    assert told() == ("failed", "body must be a JSON object, got a list of 0")


def test_a_failed_job_is_done_when_it_comes_again(store: JobStore) -> None:
    store.fail(job_of(message()), "it failed")
    assert told() == ("failed", "it failed")
    store.run(job_of(message()), square)
    assert told() == ("done", {"square": 4})


def test_a_message_that_was_given_up_and_starts_after_all_takes_up_nothing(store: JobStore) -> None:
    late = message()
    store.fail(job_of(late), "it failed")
    store.run(job_of(late), crashes)
    store.fail(job_of(late), "it failed once more")
    assert told() == ("failed", "it failed")
    store.run(job_of(message()), square)
    assert told() == ("done", {"square": 4})


def test_a_done_job_never_fails(store: JobStore) -> None:
    store.run(job_of(message()), square)
    store.fail(job_of(message()), "it failed")
    assert told() == ("done", {"square": 4})


def test_another_delivery_waits_until_a_dead_one_can_no_longer_work(
    store: JobStore, clock: Callable[[float], None]
) -> None:
    with pytest.raises(Crash):
        store.run(job_of(message()), crashes)
    assert told() == ("working", None)
    with pytest.raises(JobBusyError):
        store.run(job_of(message()), square)
    with pytest.raises(JobBusyError):
        store.fail(job_of(message()), "it failed")
    clock(2.1)
    store.run(job_of(message()), square)
    assert told() == ("done", {"square": 4})


def test_who_was_overtaken_changes_nothing(store: JobStore, clock: Callable[[float], None]) -> None:
    def sleeps(job: Job) -> Done:
        clock(2.1)
        store.run(job_of(message()), counted)
        return counted(job)

    with pytest.raises(Exception, match="TransactionCanceled"):
        store.run(job_of(message()), sleeps)
    [count] = items("counts")
    assert count["done"] == {"N": "1"}


def test_one_name_for_two_things_is_said_and_the_first_stands(store: JobStore) -> None:
    store.run(job_of(message()), square)
    store.run(job_of(message(body={"number": 3})), square)
    assert told() == ("done", {"square": 4})
    assert the_job()["contradicted"] == {"S": "true"}


def test_a_lost_answer_is_no_other_delivery(store: JobStore) -> None:
    events: Any = store.dynamodb.meta.events
    again = iter([0])
    events.register("needs-retry.dynamodb.UpdateItem", once := lambda **_: next(again, None))
    try:
        store.run(job_of(message()), square)
    finally:
        events.unregister("needs-retry.dynamodb.UpdateItem", once)
    assert told() == ("done", {"square": 4})


def test_a_result_that_does_not_fit_is_no_end(store: JobStore) -> None:
    with pytest.raises(jobs.ResultTooLargeError, match=r"^job_result must have at most 350000 bytes$"):
        store.run(job_of(message()), lambda _: Done({"text": "x" * 350_000}))


def test_a_message_without_names_is_no_job() -> None:
    with pytest.raises(InvalidMessageError, match=r"^a message must have the attributes owner and job_id$"):
        job_of(SQSRecord({"messageId": "m", "body": "{}", "messageAttributes": {}}))
    with pytest.raises(KeyTooLongError):
        job_of(message("x" * 3000))

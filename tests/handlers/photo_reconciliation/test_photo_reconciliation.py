"""What is in the inbox and not in the table, and the other way round, is reported; what is on its way is not."""

import json
from dataclasses import replace
from types import ModuleType
from typing import Any

import pytest

from photo_reconciliation.domain import Arrived, compared
from photo_reconciliation.store import TooManyPhotosError, room_of
from tests.handlers.scheduled_jobs.starts import start
from tests.handlers.support import Context, client, hooked, objects
from wellmade_runtime.file_store import key_beside
from wellmade_runtime.run_leases import LeaseLostError

PREFIX = "incoming/"


def photo(name: str, *, row: bool = False, refused: bool = False, gone: bool = False) -> None:
    """Leave a photograph as the pipeline would: with its row, with a reason in quarantine, or with neither."""
    key, s3 = f"{PREFIX}{name}", client("s3")
    if not gone:
        s3.put_object(Bucket="inbox", Key=key, Body=b"a")
    if refused:
        s3.put_object(Bucket="quarantine", Key=key, Body=b"a")
        s3.put_object(Bucket="quarantine", Key=key_beside(key, ".reason.json"), Body=b"{}")
    if row:
        client("dynamodb").put_item(TableName="rows", Item={"pk": {"S": key}, "sk": {"N": "1"}})


def run(job: ModuleType, minute: int = 0, **more: Any) -> dict[str, Any]:
    done: dict[str, Any] = job.handler({**start("matching", minute), **more}, Context())
    return done


def report(name: str) -> dict[str, Any]:
    document: dict[str, Any] = json.load(client("s3").get_object(Bucket="results", Key=name)["Body"])
    return document


def metrics(captured: str) -> dict[str, int]:
    lines = [json.loads(line) for line in captured.splitlines() if "_aws" in line]
    named = [(line["_aws"]["CloudWatchMetrics"][0]["Metrics"][0]["Name"], line) for line in lines]
    return {name: line[name] for name, line in named}


def test_a_planted_mismatch_of_each_kind_is_found(
    matching: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    photo("done.jpg", row=True)
    photo("no-picture.txt", refused=True)
    photo("lost.jpg")
    photo("deleted.jpg", row=True, gone=True)
    done = run(matching, grace_seconds=-60)
    name = "reconciliation/2027-03-28T01:00:00Z.json"
    counts = {"compared": 3, "unprocessed": 1, "without_photo": 1}
    assert done == {"outcome": "done", "report": name, **counts}
    found = {"unprocessed": [f"{PREFIX}lost.jpg"], "without_photo": [f"{PREFIX}deleted.jpg"]}
    assert report(name) == {"compared": 3, **found}
    assert metrics(capsys.readouterr().out) == {"UnprocessedPhotos": 1, "RowsWithoutPhoto": 1}


def test_a_long_name_does_not_hide_why_a_photograph_was_refused(matching: ModuleType) -> None:
    photo("a" * 1_010, refused=True)
    assert run(matching, grace_seconds=-60)["unprocessed"] == 0


def test_what_is_on_its_way_is_no_mismatch(matching: ModuleType) -> None:
    photo("new.jpg")
    assert run(matching)["unprocessed"] == 0


def test_more_than_a_page_is_compared(matching: ModuleType) -> None:
    for number in range(1_001):
        photo(f"{number}.jpg", row=number % 500 > 0)
    assert run(matching, grace_seconds=-60)["unprocessed"] == 3


def test_more_than_there_is_memory_for_is_said(matching: ModuleType) -> None:
    for number in range(3):
        photo(f"{number}.jpg", row=True)
    with pytest.raises(TooManyPhotosError, match="there is room for 2 keys"):
        replace(matching.store, room=600).rows()
    assert len(replace(matching.store, room=900).rows()) == 3


def test_long_keys_take_more_room(matching: ModuleType) -> None:
    for number in range(2):
        photo("a" * 900 + f"{number}.jpg", row=True)
    with pytest.raises(TooManyPhotosError, match="there is room for 1 keys"):
        replace(matching.store, room=2_000).rows()
    assert room_of(256) == 64 * 2**20


def test_a_function_without_room_for_any_key_does_not_start() -> None:
    with pytest.raises(ValueError, match="128 MB are what Python itself takes: give the function 256 MB"):
        room_of(128)


def test_other_files_of_the_buckets_are_left_alone(matching: ModuleType) -> None:
    client("s3").put_object(Bucket="inbox", Key="elsewhere/a.jpg", Body=b"a")
    assert run(matching, grace_seconds=-60)["compared"] == 0


def test_a_second_run_reports_nothing(matching: ModuleType) -> None:
    with matching.leases.hold(matching.run_of(start("matching")), 60):
        assert run(matching, 1) == {"outcome": "skipped"}


def test_a_run_that_took_too_long_reports_nothing(
    matching: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    def take_over(**_: Any) -> None:
        client("dynamodb").update_item(
            TableName="leases",
            Key={"pk": {"S": "matching"}},
            UpdateExpression="ADD fence :one",
            ExpressionAttributeValues={":one": {"N": "1"}},
        )

    with hooked(matching, "before-call.dynamodb.Scan", take_over), pytest.raises(LeaseLostError):
        run(matching)
    assert "UnprocessedPhotos" not in metrics(capsys.readouterr().out)
    assert objects("results") == {}


def test_a_photograph_counts_from_the_moment_on_that_it_had_time_enough() -> None:
    arrived = [Arrived("a", 10.0, "a.reason.json"), Arrived("b", 10.1, "b.reason.json")]
    assert compared(arrived, set(), set(), until=10.0).unprocessed == ("a",)

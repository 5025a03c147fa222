"""Writing rows: what DynamoDB leaves undone, and how far reading runs ahead of writing."""

import json
import time
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from itertools import chain
from types import ModuleType
from typing import Any

import pytest

from tabular_ingest import store
from tabular_ingest.store import WRITERS
from tabular_ingest.tabular.rows import Reading, Reject, Row
from tabular_ingest.tabular.schema import Value
from tests.handlers.support import answer, hooked, items, recorded
from wellmade_runtime.batch_write import ATTEMPTS, BATCH, TableBusyError
from wellmade_runtime.s3_events import S3Object

SOURCE = S3Object("inbox", "incoming/a.csv", "etag", None)


def rows(count: int) -> Iterator[Row]:
    return (Row(number, {"id": str(number)}) for number in range(2, count + 2))


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The waits between attempts, which take no time here."""
    taken: list[float] = []
    monkeypatch.setattr(time, "sleep", taken.append)
    return taken


def leave_half(*, params: dict[str, Any], context: dict[str, Any], **_: Any) -> None:
    """Keep every second item away from DynamoDB."""
    batch = params["RequestItems"]["rows"]
    context["left"] = batch[1::2]
    params["RequestItems"] = {"rows": batch[::2]}


def report_left(*, parsed: dict[str, Any], context: dict[str, Any], **_: Any) -> None:
    parsed["UnprocessedItems"] = {"rows": context["left"]} if context["left"] else {}


def test_unprocessed_items_are_written_in_the_end(ingest: ModuleType, waits: list[float]) -> None:
    with (
        hooked(ingest, "provide-client-params.dynamodb.BatchWriteItem", leave_half),
        hooked(ingest, "after-call.dynamodb.BatchWriteItem", report_left),
    ):
        ingest.store.load(SOURCE, Reading(iter(rows(30)), "comma"))
    assert len(items("rows")) == 30
    assert waits


def leave_all(*, params: dict[str, Any], **_: Any) -> Any:
    return answer({"UnprocessedItems": json.loads(params["body"])["RequestItems"]})


def test_gives_up_on_a_table_that_stays_busy(ingest: ModuleType, waits: list[float]) -> None:
    busy = f"^rows left 1 items unprocessed after {ATTEMPTS} attempts$"
    with hooked(ingest, "before-call.dynamodb", leave_all), pytest.raises(TableBusyError, match=busy):
        ingest.store.load(SOURCE, Reading(iter(rows(1)), "comma"))
    assert len(waits) == ATTEMPTS - 1
    assert 0 < sum(waits) < 1.6


def test_batches_hold_as_much_as_dynamodb_takes(ingest: ModuleType) -> None:
    with recorded(ingest) as calls:
        ingest.store.load(SOURCE, Reading(iter(rows(60)), "comma"))
    sizes = [len(each["RequestItems"]["rows"]) for name, each in calls if name == "BatchWriteItem"]
    assert sorted(sizes) == [10, BATCH, BATCH]


def test_reading_waits_for_writing(ingest: ModuleType) -> None:
    read = written = furthest = 0

    def counted() -> Iterator[Row]:
        nonlocal read, furthest
        for row in rows(1000):
            read += 1
            furthest = max(furthest, read - written)
            yield row

    def count(**_: Any) -> None:
        nonlocal written
        written += BATCH

    with hooked(ingest, "after-call.dynamodb.BatchWriteItem", count):
        ingest.store.load(SOURCE, Reading(iter(counted()), "comma"))
    assert (read, written) == (1000, 1000)
    assert furthest <= BATCH * (WRITERS + 2)


def test_types_of_values(ingest: ModuleType) -> None:
    values: dict[str, Value] = {"text": "é", "whole": 7, "decimal": Decimal("1.50"), "day": date(2026, 1, 2)}
    ingest.store.load(SOURCE, Reading(iter([Row(2, values)]), "comma"))
    [item] = items("rows")
    assert {name: item[name] for name in values} == {
        "text": {"S": "é"},
        "whole": {"N": "7"},
        "decimal": {"N": "1.50"},
        "day": {"S": "2026-01-02"},
    }


def test_rows_of_a_file_are_spread_over_sixteen_partitions(ingest: ModuleType) -> None:
    ingest.store.load(SOURCE, Reading(iter(rows(64)), "comma"))
    assert len({item["pk"]["S"] for item in items("rows")}) == 16


def test_more_rejects_than_memory_holds_arrive_whole(ingest: ModuleType) -> None:
    rejects = (Reject(number, "wrong", "x" * 1000) for number in range(1000))
    ingest.store.load(SOURCE, Reading(chain(rows(1), rejects), "comma"))
    stored = ingest.store.s3.get_object(Bucket="results", Key="incoming/a.csv.rejects.jsonl")["Body"].read()
    assert stored.count(b"\n") == 1000
    assert len(stored) > 10**6


def test_of_more_rejects_than_storage_holds_the_first_are_kept_and_all_are_counted(
    ingest: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "REJECTS_BYTES", 10_000)
    rejects = (Reject(number, "wrong", "x" * 1000) for number in range(1000))
    tally = ingest.store.load(SOURCE, Reading(chain(rows(1), rejects), "comma"))
    read = ingest.store.s3.get_object
    stored = read(Bucket="results", Key="incoming/a.csv.rejects.jsonl")["Body"].read().splitlines()
    result = json.load(read(Bucket="results", Key="incoming/a.csv.result.json")["Body"])
    assert [json.loads(line)["line"] for line in stored] == list(range(len(stored)))
    assert sum(map(len, stored)) < 12_000
    assert (tally.rejected, result["rejected"], result["rejects_kept"]) == (1000, 1000, len(stored))

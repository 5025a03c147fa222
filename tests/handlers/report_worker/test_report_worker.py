import json
from types import ModuleType
from typing import Any

import pytest

from report_worker.domain import Product, build, parse
from tests.handlers.support import client, deliver, error, hooked, items, message
from wellmade_runtime.messages import InvalidMessageError

CATALOGUE = [("A", "toys", 100), ("B", "toys", 250), ("C", "books", 900)]


def job(body: dict[str, Any], job_id: str = "r-1") -> dict[str, Any]:
    names = {
        name: {"dataType": "String", "stringValue": value}
        for name, value in (("owner", "ada"), ("job_id", job_id))
    }
    return {**message(body), "messageAttributes": names}


@pytest.fixture
def stocked(reports: ModuleType) -> ModuleType:
    for sku, category, price in CATALOGUE:
        item = {"sku": {"S": sku}, "category": {"S": category}, "price_cents": {"N": str(price)}}
        client("dynamodb").put_item(TableName="products", Item=item)
    return reports


def test_a_report_counts_what_it_is_about(stocked: ModuleType) -> None:
    assert deliver(stocked, job({}), job({"category": "toys"}, "r-2")) == []
    found = {item["id"]["S"]: json.loads(item["job_result"]["S"]) for item in items("jobs")}
    assert found == {
        "job#ada#r-1": {"products": 3, "total_cents": 1250},
        "job#ada#r-2": {"products": 2, "total_cents": 350},
    }


def test_a_report_that_cannot_be_read_is_told(stocked: ModuleType) -> None:
    assert deliver(stocked, job({"category": 7})) == []
    [item] = items("jobs")
    assert item["job_status"] == {"S": "failed"}


def test_a_table_that_does_not_answer_sends_the_job_back(stocked: ModuleType) -> None:
    sent = job({})
    with hooked(stocked, "before-call.dynamodb.Scan", error("ThrottlingException")):
        assert deliver(stocked, sent) == [sent]


def test_parses_and_builds() -> None:
    assert build(parse({"later": 1}), [Product("toys", 5)]).as_json() == {"products": 1, "total_cents": 5}
    with pytest.raises(
        InvalidMessageError, match=r"^category must be text of 1 to 64 characters, got a whole number$"
    ):
        parse({"category": 7})

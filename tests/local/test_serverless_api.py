"""A catalogue over HTTP and reports on it, on the embedded AWS: asked for, waited for and read."""

import random
from collections.abc import Callable, Mapping
from typing import Any

import aws_cdk as cdk
import pytest

from bench.chaos import Options
from bench.cloud import deploy_reference
from bench.long_jobs import LongJobsStack, drive
from bench.signed_requests import SignedApi
from stacks.serverless_api import ServerlessApiStack
from wellmade.local.server import LocalCloud

pytestmark = pytest.mark.local


@pytest.fixture(scope="module")
def outputs(cloud: LocalCloud, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """The stack, deployed."""
    out = tmp_path_factory.mktemp("cdk.out")
    return deploy_reference(
        cloud, out, ServerlessApiStack, "serverless-api", timeout=cdk.Duration.seconds(10)
    )


@pytest.fixture(scope="module")
def reports(cloud: LocalCloud, outputs: Mapping[str, str]) -> SignedApi:
    """The API for reports, over a catalogue of two products."""
    for sku, category in (("A", "toys"), ("B", "books")):
        item = {"sku": {"S": sku}, "category": {"S": category}, "price_cents": {"N": "100"}}
        cloud.client("dynamodb").put_item(TableName=outputs["ProductsTableName"], Item=item)
    return SignedApi(cloud, outputs["ReportsApiId"])


def test_a_report_is_accepted_waited_for_and_read(
    cloud: LocalCloud, outputs: Mapping[str, str], reports: SignedApi, eventually: Callable[..., None]
) -> None:
    status, taken = reports.ask("PUT", "/reports/toys-2026", {"category": "toys"})
    assert status == 202
    assert taken["status"] == "waiting"
    api = f"{cloud.endpoint}/_aws/execute-api/{outputs['ReportsApiId']}"
    assert taken["status_url"] == f"{api}/prod/reports/toys-2026"
    answer: dict[str, Any] = {}

    def is_done() -> bool:
        answer.update(reports.ask("GET", "/reports/toys-2026")[1])
        return bool(answer["status"] == "done")

    eventually(is_done)
    assert answer == {
        "job_id": "toys-2026",
        "status": "done",
        "result": {"products": 1, "total_cents": 100},
    }


def test_a_report_that_nobody_has_begun_waits(reports: SignedApi) -> None:
    answer = reports.ask("GET", "/reports/never-asked")
    assert answer == (200, {"job_id": "never-asked", "status": "waiting"})


def test_a_name_with_an_apostrophe_can_be_asked_for_and_read(reports: SignedApi) -> None:
    status, taken = reports.ask("PUT", "/reports/it's", {"category": "toys"})
    assert (status, taken["job_id"]) == (202, "it's")
    assert taken["status_url"].endswith("/prod/reports/it's")
    status, answer = reports.ask("GET", "/reports/it's")
    assert (status, answer["job_id"]) == (200, "it's")


def test_what_does_not_match_the_schema_is_not_taken(reports: SignedApi) -> None:
    wrong: list[Any] = [{"category": 7}, {"colour": "red"}, [], "{"]
    for body in wrong:
        status, answer = reports.ask("PUT", "/reports/wrong", body)
        assert status == 400
        assert set(answer) == {"message", "requestId"}


def test_another_content_type_is_refused(reports: SignedApi) -> None:
    body = "Action=SendMessage&MessageBody=mine&MessageAttribute.1.Name=owner"
    assert reports.ask("PUT", "/reports/raw", body, content_type="text/plain")[0] in (400, 415)


def test_nobody_asks_without_a_signature(reports: SignedApi) -> None:
    assert reports.ask("PUT", "/reports/unsigned", {}, signed=False)[0] == 403
    assert reports.ask("GET", "/reports/unsigned", signed=False)[0] == 403


def test_one_name_for_two_reports_is_told(reports: SignedApi, eventually: Callable[..., None]) -> None:
    reports.ask("PUT", "/reports/twice", {"category": "toys"})
    reports.ask("PUT", "/reports/twice", {"category": "books"})
    eventually(lambda: "contradicted" in reports.ask("GET", "/reports/twice")[1])


@pytest.mark.scan
def test_every_caller_is_told_the_end(
    cloud: LocalCloud, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The small version of `python -m bench.long_jobs`: one in ten always fails, another one is refused."""
    monkeypatch.setattr("bench.long_jobs.RECEIVES", 2)
    out = tmp_path_factory.mktemp("cdk.out")
    outputs = deploy_reference(cloud, out, LongJobsStack, "few-jobs")
    faults = Options(20, kills=0, calls=0, chance=random.Random(1))  # noqa: S311 - repeatable
    found, _ = drive(cloud, outputs, faults, every=10)
    assert (found.lost, found.doubled, found.untold, found.wrong) == (0, 0, 0, 0)
    assert found.ends == {"done": 16, "failed": 4}
    assert found.dead == 2

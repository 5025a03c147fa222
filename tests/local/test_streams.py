"""A poison record in a stream is isolated, given up and reported; what is around it is processed."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from wellmade.local.deploy import Deployment
from wellmade.local.server import LocalCloud

pytestmark = pytest.mark.local


@pytest.fixture(scope="module")
def outputs(cloud: LocalCloud, deployment: Deployment) -> dict[str, str]:
    """Outputs of the stack, after its records were written."""
    found = deployment.outputs["streams"]
    records = [{"Data": name.encode(), "PartitionKey": "one"} for name in ("a", "b", "poison", "c", "d")]
    cloud.client("kinesis").put_records(StreamName=found["StreamName"], Records=records)
    for name in ("a", "poison", "b"):
        cloud.client("dynamodb").put_item(TableName=found["TableName"], Item={"pk": {"S": name}})
    return found


@pytest.fixture(scope="module")
def reports(
    cloud: LocalCloud, outputs: dict[str, str], eventually: Callable[..., None]
) -> dict[str, dict[str, Any]]:
    """What the on-failure destination received, by function."""
    received: dict[str, dict[str, Any]] = {}
    sqs = cloud.client("sqs")

    def all_reported() -> bool:
        answer = sqs.receive_message(QueueUrl=outputs["FailedUrl"], MaxNumberOfMessages=10)
        for message in answer.get("Messages", []):
            report = json.loads(message["Body"])
            received[report["requestContext"]["functionArn"].rpartition(":")[2]] = report
        return len(received) == 4

    eventually(all_reported)
    return received


def batches(cloud: LocalCloud, function: str) -> list[str]:
    events = cloud.client("logs").filter_log_events(logGroupName=f"/aws/lambda/{function}")["events"]
    lines = [event["message"] for event in events]
    return [line.removeprefix("batch ") for line in lines if line.startswith("batch ")]


def settled(cloud: LocalCloud, function: str, last: str) -> Callable[[], bool]:
    def reached_the_last_batch() -> bool:
        return batches(cloud, function)[-1:] == [last]

    return reached_the_last_batch


def test_bisecting_isolates_the_record(
    cloud: LocalCloud, outputs: dict[str, str], reports: dict[str, Any], eventually: Callable[..., None]
) -> None:
    function = outputs["BisectingName"]
    eventually(settled(cloud, function, "c d"))

    assert batches(cloud, function) == ["a b poison c d", "a b", "poison c d", "poison", "c d"]
    assert reports[function]["requestContext"]["condition"] == "RetryAttemptsExhausted"
    assert reports[function]["KinesisBatchInfo"]["batchSize"] == 1


def test_kinesis_goes_on_at_the_reported_record(
    cloud: LocalCloud, outputs: dict[str, str], reports: dict[str, Any]
) -> None:
    function = outputs["PartialName"]

    assert batches(cloud, function) == ["a b poison c d"]
    assert reports[function]["KinesisBatchInfo"]["batchSize"] == 3


def test_a_table_stream_goes_on_at_the_reported_record_and_retries_it(
    cloud: LocalCloud, outputs: dict[str, str], reports: dict[str, Any]
) -> None:
    function = outputs["FromTableName"]
    poisoned = [batch for batch in batches(cloud, function) if "poison" in batch]

    assert poisoned[-1].startswith("poison")
    assert reports[function]["requestContext"]["approximateInvokeCount"] == 2
    assert reports[function]["requestContext"]["condition"] == "RetryAttemptsExhausted"


def test_a_report_of_no_record_fails_the_whole_batch(
    outputs: dict[str, str], reports: dict[str, Any]
) -> None:
    assert reports[outputs["MisreportingName"]]["KinesisBatchInfo"]["batchSize"] == 5

"""A function, its rights, its failures and its alarms, driven with real messages."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from wellmade.local.deploy import Deployment
from wellmade.local.server import LocalCloud

pytestmark = pytest.mark.local

Eventually = Callable[..., None]


@pytest.fixture(scope="module")
def granted(cloud: LocalCloud, deployment: Deployment, eventually: Eventually) -> dict[str, str]:
    """Outputs of the stack whose function may write, after one message."""
    outputs = deployment.outputs["granted"]
    cloud.client("sqs").send_message(QueueUrl=outputs["QueueUrl"], MessageBody="allowed")

    def written() -> bool:
        return bool(items(cloud, outputs["TableName"]))

    eventually(written)
    return outputs


@pytest.fixture(scope="module")
def refused(cloud: LocalCloud, deployment: Deployment, eventually: Eventually) -> dict[str, str]:
    """Outputs of the stack whose function may not write, after one message moved to the dead-letter queue."""
    outputs = deployment.outputs["refused"]
    cloud.client("sqs").send_message(QueueUrl=outputs["QueueUrl"], MessageBody="not allowed")

    def set_aside() -> bool:
        return depth(cloud, outputs["DeadUrl"]) == 1

    eventually(set_aside)
    return outputs


def items(cloud: LocalCloud, table: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = cloud.client("dynamodb").scan(TableName=table)["Items"]
    return found


def depth(cloud: LocalCloud, queue: str) -> int:
    name = "ApproximateNumberOfMessages"
    attributes = cloud.client("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=[name])
    return int(attributes["Attributes"][name])


def log_of(cloud: LocalCloud, function: str) -> list[str]:
    logs = cloud.client("logs").filter_log_events(logGroupName=f"/aws/lambda/{function}")
    return [event["message"] for event in logs["events"]]


def invocations_of(cloud: LocalCloud, function: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log_of(cloud, function) if line.startswith("{")]


def test_a_granted_write_reaches_the_table(cloud: LocalCloud, granted: dict[str, str]) -> None:
    assert items(cloud, granted["TableName"]) == [{"pk": {"S": "allowed"}, "receives": {"S": "1"}}]
    assert depth(cloud, granted["DeadUrl"]) == 0


def test_a_missing_grant_is_an_access_denied(cloud: LocalCloud, refused: dict[str, str]) -> None:
    log = "\n".join(log_of(cloud, refused["FunctionName"]))

    assert "AccessDeniedException" in log
    assert "dynamodb:PutItem" in log
    assert items(cloud, refused["TableName"]) == []


def test_a_message_is_set_aside_after_exactly_three_receives(
    cloud: LocalCloud, refused: dict[str, str]
) -> None:
    invocations = invocations_of(cloud, refused["FunctionName"])

    # Each worker writes its lines when it gets to it, so their order is not that of the receives.
    assert sorted(one["receives"] for one in invocations) == ["1", "2", "3"]


def test_an_alarm_reaches_a_subscriber_through_plain_and_encrypted_topics(
    cloud: LocalCloud, refused: dict[str, str], eventually: Eventually
) -> None:
    def both_arrived() -> bool:
        return depth(cloud, refused["SubscriberUrl"]) == 2

    eventually(both_arrived)
    sqs = cloud.client("sqs")
    answer = sqs.receive_message(QueueUrl=refused["SubscriberUrl"], MaxNumberOfMessages=10)
    notices = [json.loads(message["Body"]) for message in answer["Messages"]]
    assert {notice["NewStateValue"] for notice in notices} == {"ALARM"}
    assert {notice["AlarmName"].split("-")[1][:5] for notice in notices} == {"Plain", "Encry"}


def test_the_alarm_of_another_queue_stays_quiet(
    cloud: LocalCloud, granted: dict[str, str], refused: dict[str, str]
) -> None:
    alarms = cloud.client("cloudwatch").describe_alarms(AlarmNamePrefix="granted-")["MetricAlarms"]

    assert refused["DeadUrl"] != granted["DeadUrl"]
    assert [alarm["StateValue"] for alarm in alarms if alarm["StateValue"] == "ALARM"] == []


def test_invocations_and_errors_are_counted_once(cloud: LocalCloud, refused: dict[str, str]) -> None:
    stored = cloud.client("cloudwatch").get_metric_data(
        StartTime=0,
        EndTime=4_000_000_000,
        MetricDataQueries=[
            metric(name, refused["FunctionName"]) for name in ("Invocations", "Errors", "Throttles")
        ],
    )
    sums = {result["Id"]: sum(result["Values"]) for result in stored["MetricDataResults"]}

    assert sums == {"invocations": 3, "errors": 3, "throttles": 0}


def metric(name: str, function: str) -> dict[str, Any]:
    dimensions = [{"Name": "FunctionName", "Value": function}]
    described = {"Namespace": "AWS/Lambda", "MetricName": name, "Dimensions": dimensions}
    return {"Id": name.lower(), "MetricStat": {"Metric": described, "Period": 3600, "Stat": "Sum"}}


def test_a_function_sees_nothing_of_the_host(cloud: LocalCloud, granted: dict[str, str]) -> None:
    [invocation] = invocations_of(cloud, granted["FunctionName"])
    environment = invocation["environment"]

    own = {"TABLE", "PATH", "LANG", "HOME", "TMPDIR", "TZ"}
    given = ("AWS_", "LAMBDA_", "_LAMBDA_", "_MINISTACK_")
    assert [name for name in environment if name not in own and not name.startswith(given)] == []
    assert "not for functions" not in environment.values()


def test_reserved_concurrency_is_kept(cloud: LocalCloud, granted: dict[str, str]) -> None:
    kept = cloud.client("lambda").get_function_concurrency(FunctionName=granted["FunctionName"])

    assert kept["ReservedConcurrentExecutions"] == 2

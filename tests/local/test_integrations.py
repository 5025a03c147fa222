"""Services that call each other without a function in between: APIs, rules and pipes."""

import http.client
import json
from collections.abc import Callable
from contextlib import closing
from typing import Any
from urllib.parse import urlsplit

import aws_cdk as cdk
import pytest

from tests.local.apps.integrations import IntegrationsStack
from wellmade.local.deploy import deploy_assembly
from wellmade.local.server import LocalCloud

pytestmark = pytest.mark.local


@pytest.fixture(scope="module")
def outputs(cloud: LocalCloud, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("integrations")
    app = cdk.App(outdir=str(folder), analytics_reporting=False)
    IntegrationsStack(app, "integrations")
    app.synth()
    return deploy_assembly(cloud, folder).outputs["integrations"]


def post(url: str, document: object, method: str = "POST") -> tuple[int, Any]:
    parts = urlsplit(url)
    with closing(http.client.HTTPConnection(parts.netloc, timeout=30)) as connection:
        connection.request(
            method,
            parts._replace(scheme="", netloc="").geturl(),
            json.dumps(document),
            {"Content-Type": "application/json"},
        )
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read() or b"null")


def arrived(cloud: LocalCloud, outputs: dict[str, str], wanted: str) -> bool:
    found = cloud.client("sqs").receive_message(
        QueueUrl=outputs["InboxUrl"], MaxNumberOfMessages=10, VisibilityTimeout=0
    )
    return any(wanted in message["Body"] for message in found.get("Messages", []))


def test_a_rest_api_writes_into_a_table(cloud: LocalCloud, outputs: dict[str, str]) -> None:
    status, _ = post(f"{outputs['RestUrl']}items", {"id": "first"})

    key = {"pk": {"S": "first"}}
    assert status == 200
    assert "Item" in cloud.client("dynamodb").get_item(TableName=outputs["TableName"], Key=key)


def test_a_rest_api_starts_a_workflow(cloud: LocalCloud, outputs: dict[str, str]) -> None:
    status, answer = post(f"{outputs['RestUrl']}executions", {})

    assert status == 200
    described = cloud.client("stepfunctions").describe_execution(executionArn=answer["executionArn"])
    assert described["stateMachineArn"] == outputs["MachineArn"]


def test_a_rest_api_publishes(
    cloud: LocalCloud, outputs: dict[str, str], eventually: Callable[..., None]
) -> None:
    assert post(f"{outputs['RestUrl']}notices", {"notice": "by rest"})[0] == 200

    eventually(lambda: arrived(cloud, outputs, "by rest"))


def test_a_function_that_is_no_proxy_gets_and_answers_what_templates_make(outputs: dict[str, str]) -> None:
    url = f"{outputs['MappedUrl']}function"

    assert post(url, {"first": "Ada", "last": "L."}) == (201, {"kept": "Ada L."})
    assert post(url, {"fail": "no name"}) == (400, {"said": "[BadRequest] no name"})


def test_a_mock_answers_by_its_templates(outputs: dict[str, str]) -> None:
    assert post(f"{outputs['MappedUrl']}mock/good", {}) == (200, {"mode": "good"})
    assert post(f"{outputs['MappedUrl']}mock/bad", {}) == (400, {"mode": "bad"})


def test_a_mock_without_a_template_answers_nothing(outputs: dict[str, str]) -> None:
    assert post(outputs["MappedUrl"], None, method="OPTIONS") == (204, None)


def test_an_api_waits_for_a_workflow(outputs: dict[str, str]) -> None:
    status, made = post(f"{outputs['WaitingUrl']}?id=7", {"name": "O'Brien"})

    assert status == 200
    assert made["body"] == {"name": "O'Brien"}
    assert made["querystring"] == {"id": "7"}
    assert made["header"]["Content-Type"] == "application/json"
    assert made["requestContext"] == {"httpMethod": "POST", "stage": "prod"}
    assert post(outputs["WaitingUrl"], {"fail": 1}) == (500, {"error": "Bad", "cause": "meant"})


def test_what_the_role_may_not_do_is_refused(outputs: dict[str, str]) -> None:
    status, answer = post(f"{outputs['RestUrl']}refused", {})

    assert status == 502
    assert "AccessDenied" in json.dumps(answer)


def test_an_http_api_sends_to_a_queue(
    cloud: LocalCloud, outputs: dict[str, str], eventually: Callable[..., None]
) -> None:
    status, answer = post(f"{outputs['HttpUrl']}/queue", {"text": "by http"})

    assert status == 200, answer
    eventually(lambda: arrived(cloud, outputs, "by http"))


def test_an_http_api_starts_a_workflow(cloud: LocalCloud, outputs: dict[str, str]) -> None:
    status, answer = post(f"{outputs['HttpUrl']}/machine", {"order": 3})

    assert status == 200, answer
    described = cloud.client("stepfunctions").describe_execution(executionArn=answer["executionArn"])
    assert json.loads(described["input"]) == {"order": 3}
    assert answer["startDate"] == pytest.approx(described["startDate"].timestamp(), abs=1)


def test_a_rule_reaches_a_stream_and_a_log_group(
    cloud: LocalCloud, outputs: dict[str, str], eventually: Callable[..., None]
) -> None:
    entry = {"Source": "shop", "DetailType": "Sold", "Detail": '{"id": "a-pair-of-shoes"}'}
    cloud.client("events").put_events(Entries=[entry])

    def in_both() -> bool:
        streams, logs = cloud.client("kinesis"), cloud.client("logs")
        place = {"StreamName": outputs["StreamName"], "ShardId": "shardId-000000000000"}
        start = streams.get_shard_iterator(**place, ShardIteratorType="TRIM_HORIZON")["ShardIterator"]
        records = streams.get_records(ShardIterator=start)["Records"]
        events = logs.filter_log_events(logGroupName=outputs["GroupName"])["events"]
        found = ["a-pair-of-shoes" in str(each) for each in (records, events)]
        return all(found)

    eventually(in_both)


def test_a_pipe_filters_shapes_and_hands_on(
    cloud: LocalCloud, outputs: dict[str, str], eventually: Callable[..., None]
) -> None:
    for kind, number in (("order", 41), ("note", 42)):
        body = json.dumps({"kind": kind, "id": number})
        cloud.client("sqs").send_message(QueueUrl=outputs["SourceUrl"], MessageBody=body)

    eventually(lambda: arrived(cloud, outputs, '{"piped": 41}'))
    assert not arrived(cloud, outputs, '{"piped": 42}')


def test_a_pipe_names_itself_and_its_source_to_a_bus(
    cloud: LocalCloud, outputs: dict[str, str], eventually: Callable[..., None]
) -> None:
    cloud.client("sqs").send_message(QueueUrl=outputs["ToldUrl"], MessageBody="through-a-pipe")

    eventually(lambda: arrived(cloud, outputs, "through-a-pipe"))


def test_a_pipe_gives_up_what_its_enrichment_refuses(
    cloud: LocalCloud, outputs: dict[str, str], eventually: Callable[..., None]
) -> None:
    cloud.client("kinesis").put_record(StreamName=outputs["UnwantedName"], Data=b"{}", PartitionKey="one")

    eventually(lambda: arrived(cloud, outputs, "RetryAttemptsExhausted"))
    assert not arrived(cloud, outputs, "not enriched")  # what tells of a failure is no answer to go on with
    written = cloud.client("logs").filter_log_events(logGroupName=outputs["PipeLogName"])["events"]
    steps = [json.loads(event["message"])["messageType"] for event in written]
    tried = ["EXECUTION_STARTED", "ENRICHMENT_STAGE_ENTERED", "ENRICHMENT_STAGE_FAILED", "EXECUTION_FAILED"]
    assert steps == tried * 2

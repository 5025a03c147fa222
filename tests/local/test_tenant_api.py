"""Tenants on the embedded AWS: one of them in a loop, the others as always."""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import aws_cdk as cdk
import pytest

from bench.cloud import deploy_reference
from bench.tenants import LOUD, OTHERS, THROTTLED, TIMES, USUAL, Tenants, ask, be_loud
from stacks.tenant_api import TenantApiStack
from wellmade.local.server import LocalCloud

pytestmark = pytest.mark.local


@pytest.fixture(scope="module")
def outputs(cloud: LocalCloud, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """The stack, deployed."""
    out = tmp_path_factory.mktemp("cdk.out")
    return deploy_reference(cloud, out, TenantApiStack, "tenant-api", timeout=cdk.Duration.seconds(10))


@pytest.fixture(scope="module")
def tenants(cloud: LocalCloud, outputs: Mapping[str, str]) -> Tenants:
    """The tenants of the stack."""
    return Tenants(cloud, outputs)


@pytest.fixture(scope="module")
def beside(tenants: Tenants) -> Iterator[tuple[Counter[int], Any]]:
    """What a loud tenant was answered, and what the others noticed in these seconds."""
    with ThreadPoolExecutor(1) as apart:
        loud = apart.submit(be_loud, tenants.caller(LOUD), 8, TIMES * USUAL)
        found = ask({name: tenants.api(name) for name in OTHERS}, "beside", 8)
        yield loud.result(), found


def test_the_others_are_refused_nothing_and_get_what_they_asked_for(beside: tuple[Any, Any]) -> None:
    _, found = beside
    assert set(found.answers) == {200, 202}
    assert set(found.ends) == {str({"products": 0, "total_cents": 0})}
    assert found.ends.total() == found.answers[202]


def test_the_loud_one_gets_its_rate_and_no_more(beside: tuple[Any, Any]) -> None:
    answers, _ = beside
    assert set(answers) == {202, 429}
    assert answers[429] > 10 * answers[202]


def test_an_anomaly_throttles_this_tenant_alone_and_is_taken_back(
    cloud: LocalCloud,
    outputs: Mapping[str, str],
    tenants: Tenants,
    beside: tuple[Any, Any],
    eventually: Callable[..., None],
) -> None:
    """No minute is waited for: the function is started by hand, and the alarm looks at ten seconds."""
    assert beside
    cloudwatch, client = cloud.client("cloudwatch"), cloud.client("lambda")
    [function] = [
        each["FunctionName"]
        for page in client.get_paginator("list_functions").paginate()
        for each in page["Functions"]
        if "TENANT_PLANS" in each.get("Environment", {}).get("Variables", {})
    ]
    dimensions = [{"Name": "ApiKeyId", "Value": outputs[f"KeyIdOf{LOUD}"]}]

    def alarm() -> Any:
        pages = cloudwatch.get_paginator("describe_alarms").paginate()
        found = [each for page in pages for each in page["MetricAlarms"]]
        return next(each for each in found if each.get("Dimensions") == dimensions)

    eventually(lambda: alarm()["StateValue"] == "ALARM")
    client.invoke(FunctionName=function, Payload=b"{}")
    assert tenants.rate(LOUD) == THROTTLED
    assert [tenants.rate(name) for name in OTHERS] == [50.0, 10.0, USUAL]
    kept = (
        "AlarmName",
        "Namespace",
        "MetricName",
        "Dimensions",
        "Statistic",
        "Threshold",
        "EvaluationPeriods",
    )
    given = {name: value for name, value in alarm().items() if name in (*kept, "ComparisonOperator")}
    cloudwatch.put_metric_alarm(**given, Period=10, TreatMissingData="notBreaching")
    eventually(lambda: alarm()["StateValue"] == "OK")
    client.invoke(FunctionName=function, Payload=b"{}")
    assert tenants.rate(LOUD) == USUAL


def test_nobody_asks_without_a_key_or_with_that_of_nobody(cloud: LocalCloud, tenants: Tenants) -> None:
    caller = tenants.caller("Bolt")
    assert caller.api().ask("PUT", "/reports/signed", {}, signed=False)[0] == 403
    for key in ("", "a-key-that-nobody-has"):
        api = type(caller)(cloud.endpoint, cloud.secret_key, caller.api_id, key).api()
        assert api.ask("PUT", "/reports/mine", {})[0] == 403


def test_a_tenant_reads_its_own_jobs_alone(tenants: Tenants, eventually: Callable[..., None]) -> None:
    acme, bolt = tenants.api("Acme"), tenants.api("Bolt")
    assert acme.ask("PUT", "/reports/same-name", {})[0] == 202
    eventually(lambda: acme.ask("GET", "/reports/same-name")[1]["status"] == "done")
    assert bolt.ask("GET", "/reports/same-name")[1] == {"job_id": "same-name", "status": "waiting"}


def test_jobs_of_a_quiet_tenant_pass_those_of_a_loud_one(cloud: LocalCloud) -> None:
    sqs = cloud.client("sqs")
    url = sqs.create_queue(QueueName="fair")["QueueUrl"]
    for group, count in (("loud", 30), ("quiet", 2)):
        for number in range(count):
            body = json.dumps({"group": group, "number": number})
            sqs.send_message(QueueUrl=url, MessageBody=body, MessageGroupId=group)
    first = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]
    groups = Counter(json.loads(each["Body"])["group"] for each in first)
    assert groups == {"loud": 8, "quiet": 2}


def test_no_value_of_a_key_is_in_a_log(cloud: LocalCloud, tenants: Tenants, beside: Any) -> None:
    assert beside
    keys, logs = [tenants.caller(name).key for name in (LOUD, *OTHERS)], cloud.client("logs")
    for group in logs.describe_log_groups()["logGroups"]:
        if "tenant-api" in group["logGroupName"]:
            for page in logs.get_paginator("filter_log_events").paginate(logGroupName=group["logGroupName"]):
                text = json.dumps(page["events"])
                assert not [key for key in keys if key in text]

"""A secret that is rotated by its own function, on the embedded AWS, while workers go on reading it."""

import json
from collections.abc import Callable, Mapping

import aws_cdk as cdk
import pytest

from bench.cloud import deploy_reference
from sample_shop.transfers import signature
from stacks.scheduled_jobs import ScheduledJobsStack
from wellmade.local.server import LocalCloud

pytestmark = pytest.mark.local


@pytest.fixture(scope="module")
def jobs(cloud: LocalCloud, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    out = tmp_path_factory.mktemp("cdk.out")
    return deploy_reference(cloud, out, ScheduledJobsStack, "rotated", timeout=cdk.Duration.seconds(20))


def value(cloud: LocalCloud, jobs: Mapping[str, str], stage: str) -> str | None:
    manager = cloud.client("secretsmanager")
    try:
        found = manager.get_secret_value(SecretId=jobs["SigningKeyArn"], VersionStage=stage)
    except manager.exceptions.ResourceNotFoundException:
        return None
    key: str = json.loads(found["SecretString"])["key"]
    return key


def not_done(cloud: LocalCloud) -> list[str]:
    """Return what the embedded AWS has accepted and not done."""
    events = cloud.client("logs").filter_log_events(logGroupName="/wellmade/not-done")["events"]
    return [event["message"] for event in events]


def signed_by(cloud: LocalCloud, jobs: Mapping[str, str], payout: str) -> set[str]:
    """Return the stages whose value has signed a transfer."""
    table = jobs["TransfersTableName"]
    item = cloud.client("dynamodb").get_item(TableName=table, Key={"pk": {"S": payout}}).get("Item")
    if not item:
        return set()
    work = {"payout_id": payout, "account": item["account"]["S"], "cents": int(item["cents"]["N"])}
    keys = {stage: value(cloud, jobs, stage) for stage in ("AWSCURRENT", "AWSPREVIOUS")}
    return {stage for stage, key in keys.items() if key and signature(work, key) == item["signature"]["S"]}


def test_workers_go_on_while_it_is_rotated(
    cloud: LocalCloud, jobs: Mapping[str, str], eventually: Callable[..., None]
) -> None:
    manager, sqs = cloud.client("secretsmanager"), cloud.client("sqs")
    # The first rotation comes at once.
    eventually(lambda: value(cloud, jobs, "AWSPREVIOUS"), otherwise=lambda: not_done(cloud))
    for number in ("before", "after"):
        body = json.dumps({"payout_id": number, "account": "DE-1", "cents": 5})
        sqs.send_message(QueueUrl=jobs["PayoutsQueueUrl"], MessageBody=body)
        eventually(lambda number=number: signed_by(cloud, jobs, number))
        if number == "before":
            old = value(cloud, jobs, "AWSCURRENT")
            manager.rotate_secret(SecretId=jobs["SigningKeyArn"])
            eventually(lambda: value(cloud, jobs, "AWSCURRENT") != old)  # noqa: B023 - of this turn
            assert value(cloud, jobs, "AWSPREVIOUS") == old
            assert signed_by(cloud, jobs, "before") == {"AWSPREVIOUS"}


def test_no_value_is_in_a_log_or_a_variable(cloud: LocalCloud, jobs: Mapping[str, str]) -> None:
    keys = {value(cloud, jobs, stage) for stage in ("AWSCURRENT", "AWSPREVIOUS")} - {None}
    logs, told = cloud.client("logs"), []
    groups = logs.get_paginator("describe_log_groups").paginate()
    for group in (each for page in groups for each in page["logGroups"]):
        events = logs.filter_log_events(logGroupName=group["logGroupName"])["events"]
        told += [event["message"] for event in events]
    told += [
        json.dumps(each.get("Environment", {}))
        for page in cloud.client("lambda").get_paginator("list_functions").paginate()
        for each in page["Functions"]
    ]
    assert told
    assert [text for text in told for key in keys if key and key in text] == []


def test_a_rotation_for_later_is_only_tested(
    cloud: LocalCloud, jobs: Mapping[str, str], eventually: Callable[..., None]
) -> None:
    manager, secret = cloud.client("secretsmanager"), jobs["SigningKeyArn"]
    before = [value(cloud, jobs, stage) for stage in ("AWSCURRENT", "AWSPREVIOUS")]
    rules = {"AutomaticallyAfterDays": 30}

    pending = manager.rotate_secret(SecretId=secret, RotationRules=rules, RotateImmediately=False)

    eventually(
        lambda: pending["VersionId"] not in manager.describe_secret(SecretId=secret)["VersionIdsToStages"]
    )
    after = manager.describe_secret(SecretId=secret)
    assert [value(cloud, jobs, stage) for stage in ("AWSCURRENT", "AWSPREVIOUS")] == before
    assert after["RotationRules"]["AutomaticallyAfterDays"] == 30

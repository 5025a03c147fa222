"""Clicks through the deployed stream: counted, scored, watched; poison is isolated and told."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from aws_cdk import Duration

from bench.cloud import deploy_reference
from stacks.clickstream import ClickstreamStack
from tests.handlers.clickstream.clicks import click
from wellmade.local.server import LocalCloud
from wellmade_runtime.sharded_counters import ShardedCounters
from wellmade_runtime.stream_producer import partition_key

pytestmark = pytest.mark.local

USERS = ("ada", "bob", "robot")
CLICKS = 30
TOTAL = CLICKS * len(USERS)


@pytest.fixture(scope="module")
def outputs(cloud: LocalCloud, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    out = tmp_path_factory.mktemp("cdk.out")
    return deploy_reference(cloud, out, ClickstreamStack, "clicks", timeout=Duration.seconds(30))


def records() -> list[dict[str, Any]]:
    """Clicks of three users, one of them fast, with a poison record amid the second user's."""
    found: list[dict[str, Any]] = []
    for number in range(CLICKS):
        for user in USERS:
            after = number * (0.1 if user == "robot" else 5)
            body = json.dumps(click(f"{user}-{number}", user, after=after))
            found.append({"Data": body.encode(), "PartitionKey": partition_key(user)})
        if number == CLICKS // 2:
            found.append({"Data": b"poison", "PartitionKey": partition_key("bob")})
    return found


def by_key(cloud: LocalCloud, table: str) -> dict[str, dict[str, Any]]:
    found = cloud.client("dynamodb").get_paginator("scan").paginate(TableName=table).search("Items[]")
    return {item["pk"]["S"]: item for item in found}


def by_user(cloud: LocalCloud, outputs: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    scores = by_key(cloud, outputs["ScoresTableName"])
    return {key.removeprefix("user#"): score for key, score in scores.items() if key.startswith("user#")}


@pytest.fixture(scope="module")
def clicked(
    cloud: LocalCloud, outputs: Mapping[str, str], eventually: Callable[..., None]
) -> Mapping[str, str]:
    """The stack after everything was counted and scored."""
    cloud.client("kinesis").put_records(StreamName=outputs["StreamName"], Records=records())

    def done() -> bool:
        scores = by_user(cloud, outputs)
        scored = sum(int(score["clicks"]["N"]) for score in scores.values())
        return (counted(cloud, outputs), scored) == (TOTAL, TOTAL)

    eventually(done, otherwise=lambda: by_user(cloud, outputs))
    return outputs


def counted(cloud: LocalCloud, outputs: Mapping[str, str]) -> int:
    return ShardedCounters(cloud.client("dynamodb"), outputs["CountersTableName"]).read("all")


def test_every_click_is_counted_and_scored_once_in_spite_of_the_poison(
    cloud: LocalCloud, clicked: Mapping[str, str]
) -> None:
    scores = by_user(cloud, clicked)
    assert {user: int(score["clicks"]["N"]) for user, score in scores.items()} == dict.fromkeys(USERS, CLICKS)
    assert counted(cloud, clicked) == TOTAL


@pytest.mark.parametrize("consumer", ["Counting", "Scoring"])
def test_the_poison_is_told_by_its_place(
    cloud: LocalCloud, clicked: Mapping[str, str], eventually: Callable[..., None], consumer: str
) -> None:
    told: list[dict[str, Any]] = []

    def received() -> bool:
        answer = cloud.client("sqs").receive_message(QueueUrl=clicked[f"{consumer}OnFailureQueueUrl"])
        told.extend(json.loads(message["Body"]) for message in answer.get("Messages", []))
        return bool(told)

    eventually(received)
    assert [report["requestContext"]["condition"] for report in told] == ["RetryAttemptsExhausted"]
    assert [report["KinesisBatchInfo"]["batchSize"] for report in told] == [1]


def test_the_change_feed_opens_a_case_for_the_fast_user_alone(
    cloud: LocalCloud, clicked: Mapping[str, str], eventually: Callable[..., None]
) -> None:
    eventually(lambda: by_key(cloud, clicked["CasesTableName"]).keys() == {"robot"})

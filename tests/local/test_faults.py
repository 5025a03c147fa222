"""Faults on request: what is throttled was not done, what is not answered was, and a person's calls go well."""

import os
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from botocore.config import Config
from botocore.exceptions import ReadTimeoutError

from tests.local.assumed import dynamodb_as
from wellmade.cli import main
from wellmade.local.server import LocalCloud, start

pytestmark = pytest.mark.local

CALLS = 40
ALL = '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}'
TRUST = (
    '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": "000000000000"},'
    ' "Action": "sts:AssumeRole"}]}'
)


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCloud]:
    folder = tmp_path_factory.mktemp("faulty") / ".wellmade"
    with start(folder, lifetime=timedelta(minutes=15), parent=os.getpid(), faults=0.5) as cloud:
        yield cloud


@pytest.fixture(scope="module")
def table(faulty: LocalCloud) -> str:
    key: Any = {"AttributeName": "pk"}
    faulty.client("dynamodb").create_table(
        TableName="counts",
        KeySchema=[{**key, "KeyType": "HASH"}],
        AttributeDefinitions=[{**key, "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    return "counts"


def add_one(client: Any, table: str) -> None:
    client.update_item(
        TableName=table,
        Key={"pk": {"S": "n"}},
        UpdateExpression="ADD n :one",
        ExpressionAttributeValues={":one": {"N": "1"}},
    )


def counted(cloud: LocalCloud, table: str) -> int:
    item = cloud.client("dynamodb").get_item(TableName=table, Key={"pk": {"S": "n"}})["Item"]
    return int(item["n"]["N"])


def client_of_a_role(cloud: LocalCloud) -> Any:
    role = cloud.client("iam").create_role(RoleName="caller", AssumeRolePolicyDocument=TRUST)["Role"]
    cloud.client("iam").put_role_policy(RoleName="caller", PolicyName="all", PolicyDocument=ALL)
    config = Config(read_timeout=1, retries={"total_max_attempts": 1})
    return dynamodb_as(cloud, role["Arn"], config)


def test_a_share_of_a_roles_calls_goes_wrong(
    faulty: LocalCloud, table: str, eventually: Callable[[Callable[[], bool]], None]
) -> None:
    client, outcomes = client_of_a_role(faulty), Counter[str]()
    for _ in range(CALLS):
        try:
            add_one(client, table)
            outcomes["done"] += 1
        except client.exceptions.ProvisionedThroughputExceededException:
            outcomes["throttled"] += 1
        except ReadTimeoutError:
            outcomes["unanswered"] += 1

    assert set(outcomes) == {"done", "throttled", "unanswered"}
    # A call that nobody waited for is done a moment later on a busy machine.
    eventually(lambda: counted(faulty, table) == outcomes["done"] + outcomes["unanswered"])


def test_the_calls_of_a_person_go_well(faulty: LocalCloud, table: str) -> None:
    for _ in range(CALLS):
        add_one(faulty.client("dynamodb"), table)


@pytest.mark.parametrize(("option", "why"), [("--faults", "faults are set when it starts"), ("--port", "")])
def test_what_is_set_when_it_starts_is_refused_later(
    faulty: LocalCloud,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    option: str,
    why: str,
) -> None:
    monkeypatch.chdir(faulty.state_dir.parent)
    assert main(["local", "up", "--app", "python app.py", option, "3"]) == 2
    said = capsys.readouterr().err
    assert f"{option} 3: one runs at {faulty.endpoint}" in said
    assert why in said

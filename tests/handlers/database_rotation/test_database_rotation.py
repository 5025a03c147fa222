"""A password that RDS changes and Secrets Manager keeps, whatever comes in between."""

import json
from types import ModuleType
from typing import Any

import boto3
import pytest
from moto.secretsmanager.models import secretsmanager_backends

from database_rotation.store import Cluster, NotChangedError, NotWritingError
from tests.handlers.support import Aws, Context, import_handler

OLD = {"username": "app", "password": "the-old-password"}
TOKEN = "11111111-2222-3333-4444-555555555555"
STEPS = ("createSecret", "setSecret", "testSecret", "finishSecret")


@pytest.fixture
def manager(aws: Aws) -> Any:  # noqa: ARG001 - the simulated AWS
    """Secrets Manager with the password of a cluster, whose rotation has begun."""
    rds = boto3.client("rds")
    rds.create_db_cluster(
        DBClusterIdentifier="ledger",
        Engine="aurora-postgresql",
        MasterUsername="app",
        MasterUserPassword=OLD["password"],
    )
    cluster = of_moto()
    rds.create_global_cluster(GlobalClusterIdentifier="accounts", SourceDBClusterIdentifier=cluster.arn)
    client = boto3.client("secretsmanager")
    client.create_secret(Name="password", SecretString=json.dumps(OLD))
    cluster.is_writer = True
    kept: Any = secretsmanager_backends["123456789012"]["us-east-1"].secrets["password"]
    kept.rotation_enabled = kept.rotation_requested = True
    kept.versions[TOKEN] = {"createdate": 1, "version_id": TOKEN, "version_stages": ["AWSPENDING"]}
    return client


@pytest.fixture
def rotating(manager: Any, monkeypatch: pytest.MonkeyPatch) -> ModuleType:  # noqa: ARG001 - what it works on
    monkeypatch.setattr("database_rotation.store.PAUSE", 0)
    told = {"SECRET_ARN": "password", "SECRET_FIELD": "password", "SECRET_LENGTH": "41"}
    return import_handler(
        "database_rotation",
        DATABASE_CLUSTER="ledger",
        DATABASE_GLOBAL="accounts",
        FUNCTION_TIMEOUT_SECONDS="60",
        **told,
    )


def kept(manager: Any) -> Any:
    found = manager.get_secret_value(SecretId="password", VersionStage="AWSCURRENT")
    return json.loads(found["SecretString"])


def of_moto() -> Any:
    from moto.rds.models import rds_backends  # brings the tables of EC2 with it

    return rds_backends["123456789012"]["us-east-1"].clusters["ledger"]


def of_the_cluster() -> str:
    return str(of_moto()._master_user_password)


def step(rotating: ModuleType, name: str) -> None:
    event = {"Step": name, "SecretId": "password", "ClientRequestToken": TOKEN}
    rotating.handler(event, Context())


def test_the_database_takes_a_new_password_before_the_secret_has_it(
    manager: Any, rotating: ModuleType
) -> None:
    for name in STEPS:
        assert kept(manager) == OLD
        step(rotating, name)
        assert (of_the_cluster() == OLD["password"]) == (name == "createSecret")
    assert kept(manager) == {"username": "app", "password": of_the_cluster()}


def test_a_rotation_that_was_cut_off_is_finished_without_logging_in(
    manager: Any, rotating: ModuleType
) -> None:
    for name in (*STEPS[:2], *STEPS[:2], *STEPS):
        step(rotating, name)
    assert kept(manager)["password"] == of_the_cluster() != OLD["password"]


def test_a_copy_of_the_other_region_keeps_its_password_and_says_why(
    manager: Any, rotating: ModuleType
) -> None:
    of_moto().is_writer = False  # as after a failover
    step(rotating, "createSecret")
    with pytest.raises(
        NotWritingError, match=r"ledger is a copy in accounts while .*no password was changed"
    ):
        step(rotating, "setSecret")
    assert (kept(manager), of_the_cluster()) == (OLD, OLD["password"])
    of_moto().is_writer = True  # after a switchover back
    for name in STEPS:
        step(rotating, name)
    assert kept(manager)["password"] == of_the_cluster() != OLD["password"]


class Busy:
    """An RDS that has not yet changed a password."""

    def __init__(self, *answers: dict[str, Any]) -> None:
        self.answers = list(answers)

    def describe_db_clusters(self, **_: Any) -> Any:
        return {"DBClusters": [self.answers.pop(0) if self.answers else {"Status": "modifying"}]}


def test_waits_until_rds_has_changed_it() -> None:
    pending = {"Status": "available", "PendingModifiedValues": {"MasterUserPassword": "****"}}
    busy = Busy(pending, {"Status": "resetting-master-credentials"}, {"Status": "available"})
    Cluster(busy, "ledger", "password", 60, sleep=lambda _: None).wait_until_changed({}, {})
    assert busy.answers == []


def test_keeps_the_old_password_where_rds_does_not() -> None:
    ticks = iter(range(100))
    cluster = Cluster(Busy(), "ledger", "password", 20, clock=lambda: next(ticks), sleep=lambda _: None)
    with pytest.raises(NotChangedError, match="ledger has not taken its new password"):
        cluster.wait_until_changed({}, {})

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest

from tests.templates import of_type, statements
from tests.unit.compute.conftest import define_service, network
from wellmade.check.run import check
from wellmade.data import SessionCache
from wellmade.graph import load
from wellmade.testing import synthesize


def serving(stack: cdk.Stack) -> None:
    vpc = network(stack)
    SessionCache(stack, "Sessions", vpc=vpc).connect(define_service(stack, vpc=vpc))


@pytest.fixture(scope="module")
def template() -> dict[str, Any]:
    return synthesize(serving)


def test_promises_encryption_two_zones_and_a_window(template: dict[str, Any]) -> None:
    [nodes] = of_type(template, "AWS::ElastiCache::ReplicationGroup")
    assert nodes["TransitEncryptionEnabled"] is True
    assert nodes["TransitEncryptionMode"] == "required"
    assert nodes["AtRestEncryptionEnabled"] is True
    assert (nodes["MultiAZEnabled"], nodes["AutomaticFailoverEnabled"]) == (True, True)
    assert nodes["PreferredMaintenanceWindow"] == "sun:03:00-sun:04:00"
    assert nodes["Engine"] == "valkey"


def test_promises_a_user_without_a_password_that_reaches_sessions_alone(template: dict[str, Any]) -> None:
    [user] = of_type(template, "AWS::ElastiCache::User")
    assert user["AuthenticationMode"] == {"Type": "iam"}
    assert user["UserId"] == user["UserName"]
    assert "~session:*" in user["AccessString"]
    assert "+@all" not in user["AccessString"]


def test_opens_to_the_caller_alone_and_grants_connecting(template: dict[str, Any]) -> None:
    rules = [r for r in of_type(template, "AWS::EC2::SecurityGroupIngress") if r["FromPort"] == 6379]
    assert ["TaskGroup" in str(rule["SourceSecurityGroupId"]) for rule in rules] == [True]
    [connects] = [s for s in statements(template, "ServiceRole") if s["Action"] == "elasticache:Connect"]
    assert len(connects["Resource"]) == 2
    assert "*" not in connects["Resource"]


def test_alarms_watch_each_node(template: dict[str, Any]) -> None:
    watched = [
        (alarm["MetricName"], str(alarm["Dimensions"][0]["Value"])[-8:])
        for alarm in of_type(template, "AWS::CloudWatch::Alarm")
        if alarm["Namespace"] == "AWS/ElastiCache"
    ]
    assert len(set(watched)) == 6


def test_has_no_findings(tmp_path: Path) -> None:
    app = cdk.App(outdir=str(tmp_path), builtin_cloud_formation_validation=False, analytics_reporting=False)
    serving(cdk.Stack(app, "Test"))
    app.synth()
    assert check(load([tmp_path])) == []


def test_looks_like(snapshot: Callable[..., None]) -> None:
    snapshot(synthesize(lambda stack: SessionCache(stack, "Sessions", vpc=network(stack))), "session_cache")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"nodes": 7}, "Test/Sessions: nodes must be between 1 and 6, got 7; 2 survive the loss of a zone"),
        (
            {"snapshot_retention": cdk.Duration.days(36)},
            "Test/Sessions: snapshot_retention must be between 0 and 35, got 36; 7 days are the habit",
        ),
        (
            {"maintenance_window": "whenever"},
            "Test/Sessions: maintenance_window must be a day and an hour as in sun:03:00-sun:04:00, got 'whenever'; pick an hour in which few are logged in",
        ),
    ],
)
def test_refuses(stack: cdk.Stack, options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        SessionCache(stack, "Sessions", vpc=network(stack), **options)

"""Two regions that keep the same, and a name that leads away from one that fails."""

import json
import re
from collections.abc import Callable
from typing import Any, cast

import aws_cdk as cdk
import pytest
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_iam as iam
from aws_cdk import aws_route53 as route53
from aws_cdk import aws_route53_targets as targets

from tests.templates import actions, of_type, the
from wellmade.foundation import PythonFunction, RefusedError, monitor
from wellmade.resilience import RegionEntry, RegionPair, ReplicatedTable

ORDERS = ReplicatedTable("orders", partition_key="pk")
STRONG = ReplicatedTable("orders", partition_key="pk", sort_key="sk", consistency="strong")
GLOBAL_TABLE = "AWS::DynamoDB::GlobalTable"


def define(stack: cdk.Stack, **options: Any) -> RegionPair:
    given = {"side": "primary", "other_region": "us-west-2", "table": ORDERS, **options}
    return RegionPair(stack, "Pair", **given)


def entry(stack: cdk.Stack, **options: Any) -> RegionEntry:
    zone = route53.HostedZone.from_hosted_zone_attributes(
        stack, "Zone", hosted_zone_id="Z1", zone_name="example.com"
    )
    given = {"health_check_host": "east.example.com", **options}
    target = cast(Any, targets.ApiGatewayv2DomainProperties("d-1.execute-api.example", "Z2"))
    return RegionEntry("api.example.com", zone, target, **given)


def made(build: Callable[[cdk.Stack], object], region: str | None = "us-east-1") -> dict[str, Any]:
    """Return the template of a stack in a region."""
    app = cdk.App(analytics_reporting=False)
    stack = cdk.Stack(app, "Test", env=cdk.Environment(region=region) if region else None)
    build(stack)
    template: dict[str, Any] = app.synth().get_stack_by_name("Test").template
    return template


@pytest.fixture(scope="module")
def template() -> dict[str, Any]:
    return made(lambda stack: define(stack, entry=entry(stack)))


def test_the_primary_side_defines_the_table_in_both_regions(template: dict[str, Any]) -> None:
    table = the(template, GLOBAL_TABLE)
    assert [each["Region"] for each in table["Replicas"]] == ["us-east-1", "us-west-2"]
    assert table["StreamSpecification"] == {"StreamViewType": "NEW_AND_OLD_IMAGES"}
    assert table["SSESpecification"] == {"SSEEnabled": True, "SSEType": "KMS"}
    for each in table["Replicas"]:
        assert each["DeletionProtectionEnabled"]
        assert each["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    [resource] = [each for each in template["Resources"].values() if each["Type"] == GLOBAL_TABLE]
    assert resource["DeletionPolicy"] == resource["UpdateReplacePolicy"] == "Retain"


def test_the_secondary_side_names_it_and_refers_to_no_other_stack() -> None:
    def build(stack: cdk.Stack) -> None:
        pair = define(stack, side="secondary", other_region="us-east-1")
        assert pair.resource is None
        pair.connect(PythonFunction(stack, "Worker", code="order_worker"), actions=["dynamodb:GetItem"])

    other = made(build, "us-west-2")
    assert of_type(other, GLOBAL_TABLE) == []
    assert '":dynamodb:", {"Ref": "AWS::Region"}' in json.dumps(other)
    assert "Fn::ImportValue" not in json.dumps(other)


def test_strong_consistency_has_a_witness_in_a_third_region_of_the_set() -> None:
    table = the(made(lambda stack: define(stack, table=STRONG)), GLOBAL_TABLE)
    assert table["MultiRegionConsistency"] == "STRONG"
    assert table["GlobalTableWitnesses"] == [{"Region": "us-east-2"}]
    assert "StreamSpecification" not in table


def test_a_witness_and_a_time_to_live_are_taken() -> None:
    europe = ReplicatedTable("orders", partition_key="pk", consistency="strong", witness_region="eu-west-3")
    table = the(
        made(lambda stack: define(stack, table=europe, other_region="eu-central-1"), "eu-west-1"),
        GLOBAL_TABLE,
    )
    assert table["GlobalTableWitnesses"] == [{"Region": "eu-west-3"}]
    expiring = ReplicatedTable("carts", partition_key="pk", time_to_live_attribute="until")
    table = the(made(lambda stack: define(stack, table=expiring)), GLOBAL_TABLE)
    assert table["TimeToLiveSpecification"] == {"Enabled": True, "AttributeName": "until"}


def test_replicas_have_the_tags_of_the_stack() -> None:
    def build(stack: cdk.Stack) -> None:
        define(stack, removal_policy=cdk.RemovalPolicy.DESTROY)
        cdk.Tags.of(stack).add("team", "orders")

    for each in the(made(build), GLOBAL_TABLE)["Replicas"]:
        assert each["Tags"] == [{"Key": "team", "Value": "orders"}]
        assert not each["DeletionProtectionEnabled"]


@pytest.mark.parametrize(
    ("side", "routing", "chosen"),
    [
        ("primary", "failover", {"Failover": "PRIMARY"}),
        ("secondary", "failover", {"Failover": "SECONDARY"}),
        ("secondary", "latency", {"Region": "us-east-1"}),
    ],
)
def test_records_of_both_protocols_go_away_with_their_health(
    side: str, routing: str, chosen: dict[str, str]
) -> None:
    found = made(lambda stack: define(stack, side=side, routing=routing, entry=entry(stack)))
    records = of_type(found, "AWS::Route53::RecordSet")
    assert sorted((each["Name"], each["Type"]) for each in records) == [
        ("api.example.com.", "A"),
        ("api.example.com.", "AAAA"),
    ]
    for each in records:
        assert chosen.items() <= each.items()
        assert each["SetIdentifier"] == side
        assert "HealthCheck" in each["HealthCheckId"]["Ref"]
    check = the(found, "AWS::Route53::HealthCheck")["HealthCheckConfig"]
    assert (check["Type"], check["FullyQualifiedDomainName"]) == ("HTTPS", "east.example.com")
    assert (check["ResourcePath"], check["RequestInterval"], check["FailureThreshold"]) == ("/health", 10, 3)


def test_its_alarms_are_where_the_metrics_are(template: dict[str, Any]) -> None:
    def metrics(of: dict[str, Any]) -> set[str]:
        return {each["MetricName"] for each in of_type(of, "AWS::CloudWatch::Alarm")}

    throttled = {"ReadThrottleEvents", "WriteThrottleEvents"}
    assert metrics(template) == {*throttled, "ReplicationLatency", "HealthCheckStatus"}
    away = made(lambda stack: define(stack, other_region="eu-west-1", entry=entry(stack)), "eu-central-1")
    assert metrics(away) == {*throttled, "ReplicationLatency"}
    assert metrics(made(lambda stack: define(stack, table=STRONG))) == throttled


def test_thresholds_are_taken() -> None:
    given = {"replication_latency": cdk.Duration.seconds(2), "read_throttles": None}
    found = made(lambda stack: define(stack, alarm_thresholds=given))
    lines = {each["MetricName"]: each["Threshold"] for each in of_type(found, "AWS::CloudWatch::Alarm")}
    assert lines == {"ReplicationLatency": 2000, "WriteThrottleEvents": 0}


def test_a_workload_is_told_which_side_it_is_on_and_may_do_what_it_is_allowed() -> None:
    def build(stack: cdk.Stack) -> None:
        pair = define(stack, home_regions=True)
        pair.connect(PythonFunction(stack, "Worker", code="order_worker"), actions=["dynamodb:PutItem"])
        role = iam.Role(stack, "Reader", assumed_by=iam.AccountRootPrincipal())
        pair.grant_read(role)
        pair.grant_write(iam.Role(stack, "Writer", assumed_by=iam.AccountRootPrincipal()))

    found = made(build)
    variables = the(found, "AWS::Lambda::Function")["Environment"]["Variables"]
    assert (variables["REGION_SIDE"], variables["WRITES_AT_HOME"]) == ("primary", "true")
    assert "PairTable" in variables["TABLE_NAME"]["Ref"]
    assert "dynamodb:PutItem" in actions(found, "Worker")
    assert actions(found, "Reader") == {"dynamodb:GetItem", "dynamodb:Query"}
    assert actions(found, "Writer") == {"dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"}


def test_monitor_shows_it() -> None:
    body = json.dumps(the(made(lambda stack: monitor(stack, define(stack))), "AWS::CloudWatch::Dashboard"))
    assert "Pair: replication" in body
    assert "ReceivingRegion" in body


def test_metrics_are_those_of_this_side() -> None:
    stack = cdk.Stack(cdk.App(), "Test", env=cdk.Environment(region="us-east-1"))
    metric = define(stack).metric_replication_latency(statistic="p99")
    assert isinstance(metric, cloudwatch.Metric)
    assert (metric.metric_name, metric.statistic) == ("ReplicationLatency", "p99")


def test_refuses_a_metric_that_aws_does_not_measure() -> None:
    stack = cdk.Stack(cdk.App(), "Test", env=cdk.Environment(region="us-east-1"))
    pair = define(stack, table=STRONG, other_region="us-west-2")
    with pytest.raises(RefusedError, match=r"Test/Pair: table.consistency must be eventual, got strong"):
        pair.metric_replication_latency()


COUNTS = ReplicatedTable("accounts", partition_key="pk", counters=["balance_cents"])


@pytest.mark.parametrize(
    "options",
    [
        {"routing": "failover"},
        {"routing": "latency", "home_regions": True},
        {"routing": "latency", "table": ReplicatedTable("a", "pk", consistency="strong", counters=["n"])},
    ],
)
def test_what_is_counted_may_be_kept_where_nothing_is_lost(options: dict[str, Any]) -> None:
    assert the(made(lambda stack: define(stack, **{"table": COUNTS, **options})), GLOBAL_TABLE)


def strong(**options: Any) -> ReplicatedTable:
    return ReplicatedTable("orders", partition_key="pk", consistency="strong", **options)


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "a side": (
        {"side": "left"},
        "Test/Pair: side must be one of primary, secondary, got 'left'; write it so, in small letters",
    ),
    "a routing": (
        {"routing": "weighted"},
        "Test/Pair: routing must be one of failover, latency, got 'weighted'; write it so, in small letters",
    ),
    "a consistency": (
        {"table": ReplicatedTable("orders", "pk", consistency=cast(Any, "STRONG"))},
        "Test/Pair: table.consistency must be one of eventual, strong, got 'STRONG'; "
        "write it so, in small letters",
    ),
    "one region": (
        {"other_region": "us-east-1"},
        "Test/Pair: other_region must be another region than the stack's, got us-east-1; "
        "name the region of the other side's stack",
    ),
    "far apart": (
        {"table": strong(), "other_region": "eu-west-1"},
        "Test/Pair: table.consistency must be eventual, got 'strong' between us-east-1 and eu-west-1; "
        "take both regions from one of the sets us-*, eu-* and ap-northeast-*, or 'eventual'",
    ),
    "expiring": (
        {"table": strong(time_to_live_attribute="until")},
        "Test/Pair: table.time_to_live_attribute must be left out with strong consistency, got 'until'; "
        "leave it out and delete by a schedule, or take consistency='eventual'",
    ),
    "witness": (
        {"table": strong(witness_region="eu-west-1")},
        "Test/Pair: table.witness_region must be one of us-east-2, got 'eu-west-1'; "
        "leave it out for the first of them",
    ),
    "counts": (
        {"table": COUNTS, "routing": "latency"},
        "Test/Pair: table.counters must be none where both regions write and the last writer wins, "
        "got balance_cents; take consistency='strong', home_regions=True, or routing='failover'",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refuses(case: str) -> None:
    options, message = REFUSED[case]
    with pytest.raises(RefusedError, match=re.escape(message)):
        made(lambda stack: define(stack, **options))


def test_refuses_strong_consistency_where_the_region_is_not_known() -> None:
    message = (
        "Test/Pair: table.consistency must be eventual where the region is not known, got strong; "
        "give the stack an env with its region: the witness is another one of the same set"
    )
    with pytest.raises(RefusedError, match=re.escape(message)):
        made(lambda stack: define(stack, table=STRONG), None)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"health_check_host": "api.example.com"},
            "Test/Pair: entry.health_check_host must be a host of this region alone, got api.example.com; "
            "name the region's own host, such as {api_id}.execute-api.{region}.amazonaws.com",
        ),
        (
            {"health_check_path": "health"},
            "Test/Pair: entry.health_check_path must be a path with a slash before it, got 'health'; "
            "write '/health'",
        ),
    ],
)
def test_refuses_a_health_check_that_asks_the_wrong_one(options: dict[str, str], message: str) -> None:
    with pytest.raises(RefusedError, match=re.escape(message)):
        made(lambda stack: define(stack, entry=entry(stack, **options)))


def test_refusals_name_their_rule_and_page() -> None:
    with pytest.raises(RefusedError) as caught:
        made(lambda stack: define(stack, table=COUNTS, routing="latency"))
    assert (caught.value.rule, caught.value.page) == ("counter-last-writer", "docs/patterns/RegionPair.md")


def test_looks_like(template: dict[str, Any], snapshot: Callable[..., None]) -> None:
    snapshot(template, "region_pair")

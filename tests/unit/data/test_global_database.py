"""A database that is one of two, in two regions: what each side has, and how it is promoted."""

import re
from collections.abc import Callable
from functools import partial
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_iam as iam
from aws_cdk import aws_secretsmanager as secretsmanager

from tests.templates import of_type, statements, the
from tests.unit.data.conftest import function, network
from wellmade.data import GlobalDatabase, MigrationFunction, RelationalStore
from wellmade.foundation import monitor
from wellmade.kit.refusals import RefusedError

REGIONS = {"primary": "us-east-1", "secondary": "us-west-2"}
REPLICA = "arn:aws:secretsmanager:us-west-2:111111111111:secret:Password-AbCdEf"


def password(
    stack: cdk.Stack, side: str = "primary", *, replica: str | None = "us-west-2", **generates: Any
) -> Any:
    if side == "secondary":
        return secretsmanager.Secret.from_secret_complete_arn(stack, "Password", REPLICA)
    regions = [secretsmanager.ReplicaRegion(region=replica)] if replica else []
    fields: dict[str, Any] = {
        "secret_string_template": '{"username": "app"}',
        "generate_string_key": "password",
        "exclude_punctuation": True,
    }
    generated = secretsmanager.SecretStringGenerator(**{**fields, **generates})
    return secretsmanager.Secret(stack, "Password", replica_regions=regions, generate_secret_string=generated)


def define(stack: cdk.Stack, side: Any = "primary", **options: Any) -> RelationalStore:
    other = REGIONS["secondary" if side == "primary" else "primary"]
    given = {"name": "orders", "side": side, "other_region": other, **options.pop("world", {})}
    given.setdefault("secret", None) or given.update(secret=password(stack, side))
    world = GlobalDatabase(**given)
    return RelationalStore(stack, "Database", vpc=network(stack), global_database=world, **options)


def made(build: Callable[[cdk.Stack], object], region: str) -> dict[str, Any]:
    app = cdk.App(analytics_reporting=False)
    stack = cdk.Stack(app, "Test", env=cdk.Environment(region=region))
    build(stack)
    template: dict[str, Any] = app.synth().get_stack_by_name("Test").template
    return template


def using(stack: cdk.Stack, side: str) -> None:
    """Define a side with what uses it."""
    store = define(stack, side)
    store.connect(function(stack, store.vpc, reserved_concurrent_executions=5))
    store.grant_change_password(iam.Role(stack, "Rotation", assumed_by=iam.AccountRootPrincipal()))
    monitor(stack, store)
    assert store.member
    for name in ("switchover_command", "failover_command", "replica_secret_arn"):
        cdk.CfnOutput(stack, name.replace("_", ""), value=getattr(store.member, name))


@pytest.fixture(scope="module")
def sides() -> dict[str, dict[str, Any]]:
    return {side: made(partial(using, side=side), region) for side, region in REGIONS.items()}


def test_the_primary_side_defines_the_global_database_of_its_cluster(sides: Any) -> None:
    world = the(sides["primary"], "AWS::RDS::GlobalCluster")
    assert world["GlobalClusterIdentifier"] == "orders"
    assert "DatabaseCluster" in world["SourceDBClusterIdentifier"]["Ref"]
    assert world["DeletionProtection"] is True
    assert "Engine" not in world
    cluster = the(sides["primary"], "AWS::RDS::DBCluster")
    assert (cluster["MasterUsername"], cluster["ManageMasterUserPassword"]) == ("app", False)
    assert "{{resolve:secretsmanager:" in str(cluster["MasterUserPassword"])


def test_the_secondary_side_joins_it_with_a_key_of_its_own_and_no_login(sides: Any) -> None:
    secondary = sides["secondary"]
    assert of_type(secondary, "AWS::RDS::GlobalCluster") == []
    cluster = the(secondary, "AWS::RDS::DBCluster")
    assert cluster["GlobalClusterIdentifier"] == "orders"
    assert "DatabaseKey" in cluster["KmsKeyId"]["Fn::GetAtt"][0]
    assert {"MasterUsername", "MasterUserPassword", "ManageMasterUserPassword", "DatabaseName"}.isdisjoint(
        cluster
    )
    assert "us-east-1" not in str({**secondary, "Outputs": {}})
    assert "Fn::ImportValue" not in str(secondary)


def test_both_proxies_have_the_password_and_an_endpoint_for_reading(sides: Any) -> None:
    for side, template in sides.items():
        [auth] = the(template, "AWS::RDS::DBProxy")["Auth"]
        assert auth["SecretArn"] == (REPLICA if side == "secondary" else {"Ref": "PasswordE24F5D0A"}) or (
            "Password" in auth["SecretArn"]["Ref"]
        )
        assert the(template, "AWS::RDS::DBProxyEndpoint")["TargetRole"] == "READ_ONLY"
        variables = the(template, "AWS::Lambda::Function")["Environment"]["Variables"]
        assert "Readers" in variables["DATABASE_READER_HOST"]["Fn::GetAtt"][0]
        assert "Proxy" in variables["DATABASE_HOST"]["Fn::GetAtt"][0]


def test_the_endpoint_for_reading_is_made_when_there_are_instances_that_read(sides: Any) -> None:
    for template in sides.values():
        made = {each["Type"]: each for each in template["Resources"].values()}
        [targets] = made["AWS::RDS::DBProxyEndpoint"]["DependsOn"]
        assert template["Resources"][targets]["Type"] == "AWS::RDS::DBProxyTargetGroup"
        waits_for = template["Resources"][targets]["DependsOn"]
        assert sum(template["Resources"][each]["Type"] == "AWS::RDS::DBInstance" for each in waits_for) == 2


def test_each_side_is_told_how_late_it_is_and_how_it_is_promoted(sides: Any) -> None:
    for side, template in sides.items():
        here = REGIONS[side]
        there = REGIONS["secondary" if side == "primary" else "primary"]
        [alarm] = [
            each
            for each in of_type(template, "AWS::CloudWatch::Alarm")
            if each["MetricName"].endswith("RPOLag")
        ]
        assert (alarm["Threshold"], alarm["EvaluationPeriods"], alarm["Statistic"]) == (5000, 5, "Average")
        assert alarm["TreatMissingData"] == "missing"  # so that copies that come no more are told
        assert alarm["InsufficientDataActions"] == alarm["AlarmActions"]
        told = {name: str(each["Value"]) for name, each in template["Outputs"].items()}
        switchover, failover = told["switchovercommand"], told["failovercommand"]
        assert (
            f"aws rds switchover-global-cluster --region {there} --global-cluster-identifier orders"
            in switchover
        )
        assert (
            f"aws rds failover-global-cluster --region {here} --global-cluster-identifier orders" in failover
        )
        assert "--allow-data-loss" in failover
        assert "DBClusterArn" in switchover
        assert "failover-global-cluster" in str(alarm["AlarmDescription"])
        assert "AuroraGlobalDBRPOLag" in str(the(template, "AWS::CloudWatch::Dashboard"))
    assert "us-west-2" in str(sides["primary"]["Outputs"]["replicasecretarn"])


def test_grants_a_new_password_of_this_cluster_alone(sides: Any) -> None:
    [asks, changes] = statements(sides["primary"], "Rotation")
    assert asks["Action"] == "rds:DescribeGlobalClusters"
    assert str(asks["Resource"]).endswith(":global-cluster:orders']]}")
    assert changes["Action"] == ["rds:DescribeDBClusters", "rds:ModifyDBCluster"]
    assert changes["Resource"]["Fn::GetAtt"][1] == "DBClusterArn"


def test_a_key_and_a_line_of_ones_own_are_taken() -> None:
    def build(stack: cdk.Stack) -> None:
        lines: Any = {"rpo_lag": cdk.Duration.seconds(30)}
        store = define(stack, alarm_thresholds=lines)
        assert store.metric_rpo_lag().statistic == "Average"

    alarms = of_type(made(build, "us-east-1"), "AWS::CloudWatch::Alarm")
    assert {each["Threshold"] for each in alarms if each["MetricName"].endswith("RPOLag")} == {30_000}


def shortened(stack: cdk.Stack) -> secretsmanager.ISecret:
    return secretsmanager.Secret.from_secret_name_v2(stack, "Partial", "Password")


REFUSED: dict[str, tuple[Callable[[cdk.Stack], dict[str, Any]], str]] = {
    "a side": (
        lambda _: {"world": {"side": "left"}},
        "Test/Database: global_database.side must be one of primary, secondary, got 'left'; "
        "write it so, in small letters",
    ),
    "a name": (
        lambda _: {"world": {"name": "shop_orders"}},
        "Test/Database: global_database.name must be a small letter, then small letters, digits and single "
        "hyphens, got 'shop_orders'; orders suits a database of orders",
    ),
    "a name with capitals": (
        lambda _: {"world": {"name": "Orders"}},
        "Test/Database: global_database.name must be a small letter, then small letters, digits and single "
        "hyphens, got 'Orders'; orders suits a database of orders",
    ),
    "one region": (
        lambda _: {"world": {"other_region": "us-east-1"}},
        "Test/Database: global_database.other_region must be another region than the stack's, got us-east-1; "
        "name the region of the other side's stack",
    ),
    "a part of an ARN": (
        lambda stack: {"world": {"secret": shortened(stack)}},
        "Test/Database: global_database.secret must be named by its whole ARN, got a part of it; "
        "import it with Secret.from_secret_complete_arn: a proxy takes no shorter name of a secret",
    ),
    "no readers": (
        lambda _: {"readers": 0},
        "Test/Database: readers must be at least 1 in a global database, got 0; "
        "leave it at 1: the proxy's endpoint for reading leads to readers alone",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refuses(case: str) -> None:
    options, message = REFUSED[case]
    with pytest.raises(RefusedError, match=f"^{re.escape(message)}$"):
        made(lambda stack: define(stack, **options(stack)), "us-east-1")


MISSING = (
    "Test/Database: global_database.secret must be replicated to us-west-2, got {got}; "
    "give the secret replica_regions=['us-west-2']: else nobody could log in after a promotion"
)


def test_refuses_a_password_of_one_region(stack: cdk.Stack, refused: Callable[[], str]) -> None:
    define(stack, world={"secret": password(stack, replica=None)})
    assert MISSING.format(got="nowhere") in refused()


def test_refuses_a_password_that_is_replicated_elsewhere() -> None:
    with pytest.raises(RuntimeError, match=re.escape(MISSING.format(got="eu-west-1"))):
        made(lambda stack: define(stack, world={"secret": password(stack, replica="eu-west-1")}), "us-east-1")


UNFIT: dict[str, tuple[dict[str, Any], str]] = {
    "another user": (
        {"secret_string_template": '{"username": "shop"}'},
        "of the user app, got shop; give it the field username='app' beside the password: the proxy logs in by it",
    ),
    "no user": (
        {"secret_string_template": "[]"},
        "of the user app, got None; give it the field username='app' beside the password: the proxy logs in by it",
    ),
    "another field": (
        {"generate_string_key": "value"},
        "one that generates the field password, got value; "
        "let it generate that one, as a RotatedSecret does with field='password'",
    ),
    "too long": (
        {"password_length": 43},
        "of 8 to 41 characters, got 43; "
        "give a RotatedSecret length=41, or a secret of your own password_length=41",
    ),
    "characters": (
        {"exclude_punctuation": False, "exclude_characters": "/@"},
        'one without / @ and ", got "; give the secret exclude_punctuation=True, as a RotatedSecret does',
    ),
}


@pytest.mark.parametrize("case", UNFIT)
def test_refuses_a_password_that_a_database_or_its_proxy_does_not_take(case: str) -> None:
    generates, message = UNFIT[case]
    with pytest.raises(RuntimeError, match=re.escape(f"global_database.secret must be {message}")):
        made(lambda stack: define(stack, world={"secret": password(stack, **generates)}), "us-east-1")


def test_takes_a_user_that_deployment_alone_tells() -> None:
    def build(stack: cdk.Stack) -> None:
        user = cdk.CfnParameter(stack, "User").value_as_string
        template = stack.to_json_string({"username": user})
        define(stack, world={"secret": password(stack, secret_string_template=template)})

    assert of_type(made(build, "us-east-1"), "AWS::RDS::GlobalCluster")


def test_refuses_migrations_of_the_side_that_cannot_write() -> None:
    def build(stack: cdk.Stack) -> None:
        MigrationFunction(stack, "Schema", migrations="order_api", database=define(stack, "secondary"))

    message = (
        "Test/Schema: database must be the primary side of a global database, got the secondary one; "
        "define the migrations in the stack of the primary side, from which the schema comes here"
    )
    with pytest.raises(RefusedError, match=re.escape(message)):
        made(build, "us-west-2")


def test_looks_like(snapshot: Callable[..., None]) -> None:
    snapshot(made(lambda stack: define(stack, "secondary"), "us-west-2"), "global_database_secondary")

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ec2 as ec2

from tests.templates import of_type, statements
from tests.unit.compute.conftest import define_service, network
from tests.unit.data.conftest import TIERS
from wellmade.check.run import check
from wellmade.compute import Scaling
from wellmade.data import RelationalStore
from wellmade.graph import load
from wellmade.testing import synthesize


def define_store(stack: cdk.Stack, **options: Any) -> RelationalStore:
    return RelationalStore(stack, "Database", vpc=network(stack, subnet_configuration=TIERS), **options)


def serving(stack: cdk.Stack) -> None:
    vpc = network(stack, subnet_configuration=TIERS)
    store = RelationalStore(stack, "Database", vpc=vpc)
    store.connect(define_service(stack, vpc=vpc), connections=5)


@pytest.fixture(scope="module")
def template() -> dict[str, Any]:
    return synthesize(serving)


def test_promises_privacy_encryption_and_a_way_back(template: dict[str, Any]) -> None:
    [cluster] = of_type(template, "AWS::RDS::DBCluster")
    assert cluster["StorageEncrypted"] is True
    assert cluster["BackupRetentionPeriod"] == 7
    assert cluster["DeletionProtection"] is True
    [resource] = [r for r in template["Resources"].values() if r["Type"] == "AWS::RDS::DBCluster"]
    assert resource["DeletionPolicy"] == "Snapshot"
    instances = of_type(template, "AWS::RDS::DBInstance")
    assert [instance["PubliclyAccessible"] for instance in instances] == [False, False]
    [subnets] = of_type(template, "AWS::RDS::DBSubnetGroup")
    assert {"isolated" in subnet["Ref"] for subnet in subnets["SubnetIds"]} == {True}


def test_promises_tls_iam_and_a_password_that_the_service_rotates(template: dict[str, Any]) -> None:
    [proxy] = of_type(template, "AWS::RDS::DBProxy")
    assert proxy["RequireTLS"] is True
    assert [auth["IAMAuth"] for auth in proxy["Auth"]] == ["REQUIRED"]
    [parameters] = of_type(template, "AWS::RDS::DBClusterParameterGroup")
    assert parameters["Parameters"]["rds.force_ssl"] == "1"
    [cluster] = of_type(template, "AWS::RDS::DBCluster")
    assert cluster["ManageMasterUserPassword"] is True
    assert "MasterUserPassword" not in cluster


def test_promises_connections_that_add_up(template: dict[str, Any]) -> None:
    [parameters] = of_type(template, "AWS::RDS::DBClusterParameterGroup")
    [targets] = of_type(template, "AWS::RDS::DBProxyTargetGroup")
    percent = targets["ConnectionPoolConfigurationInfo"]["MaxConnectionsPercent"]
    assert int(parameters["Parameters"]["max_connections"]) * percent // 100 == 740


def test_opens_the_proxy_to_the_caller_and_the_database_to_the_proxy(template: dict[str, Any]) -> None:
    rules = of_type(template, "AWS::EC2::SecurityGroupIngress")
    into = {
        rule["GroupId"]["Fn::GetAtt"][0]: rule["SourceSecurityGroupId"]["Fn::GetAtt"][0]
        for rule in rules
        if rule["FromPort"] == 5432
    }
    [cluster] = [name for name in into if "ClusterGroup" in name]
    [proxy] = [name for name in into if "ProxyGroup" in name]
    assert into[cluster] == proxy
    assert "TaskGroup" in into[proxy]
    assert len(into) == 2


def test_grants_logging_in_as_one_user_and_the_password_to_the_proxy(template: dict[str, Any]) -> None:
    [connects] = [s for s in statements(template, "ServiceRole") if s["Action"] == "rds-db:connect"]
    assert str(connects["Resource"]).endswith("'/app']]}")
    [reads] = statements(template, "DatabaseAccessRole")
    assert reads["Action"] == "secretsmanager:GetSecretValue"
    assert "MasterUserSecret.SecretArn" in str(reads["Resource"])


def test_tells_the_program_where(template: dict[str, Any]) -> None:
    [task] = of_type(template, "AWS::ECS::TaskDefinition")
    variables = {each["Name"]: each["Value"] for each in task["ContainerDefinitions"][0]["Environment"]}
    assert variables["DATABASE_HOST"]["Fn::GetAtt"][1] == "Endpoint"
    assert variables["DATABASE_POOL_SIZE"] == "5"


@pytest.mark.parametrize(("least", "connections"), [(0.5, "2000"), (1, "5000")])
def test_has_as_many_connections_as_its_least_capacity_lets_it(least: float, connections: str) -> None:
    template = synthesize(lambda stack: define_store(stack, min_capacity=least, max_capacity=32))
    [parameters] = of_type(template, "AWS::RDS::DBClusterParameterGroup")
    assert parameters["Parameters"]["max_connections"] == connections


def test_has_no_findings(tmp_path: Path) -> None:
    app = cdk.App(outdir=str(tmp_path), builtin_cloud_formation_validation=False, analytics_reporting=False)
    serving(cdk.Stack(app, "Test"))
    app.synth()
    assert check(load([tmp_path])) == []


def test_looks_like(snapshot: Callable[..., None]) -> None:
    snapshot(synthesize(define_store), "relational_store")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"max_capacity": 0},
            "Test/Database: max_capacity must be between 1 and 256, got 0; 4 suits most services",
        ),
        (
            {"min_capacity": 8},
            "Test/Database: min_capacity must be between 0.5 and 4, got 8; "
            "0.5 is the least: the proxy keeps a database from pausing",
        ),
        (
            {"min_capacity": 0},
            "Test/Database: min_capacity must be between 0.5 and 4, got 0; "
            "0.5 is the least: the proxy keeps a database from pausing",
        ),
        (
            {"readers": 16},
            "Test/Database: readers must be between 0 and 15, got 16; 1 takes over when a zone is lost",
        ),
        (
            {"backup_retention": cdk.Duration.days(36)},
            "Test/Database: backup_retention must be between 1 and 35, got 36; 7 days are the habit",
        ),
    ],
)
def test_refuses(stack: cdk.Stack, options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        define_store(stack, **options)


def test_refuses_more_connections_than_there_are_and_shows_the_sum(stack: cdk.Stack) -> None:
    vpc = network(stack, subnet_configuration=TIERS)
    store = RelationalStore(stack, "Database", vpc=vpc, max_capacity=1)
    service = define_service(stack, vpc=vpc, scaling=Scaling(max_capacity=20))
    store.connect(service, connections=2)
    worker = service.add_worker("Invoices", image="invoice_worker")
    message = "Test/Database: connections must be at most 170 in sum (90 % of the 189 that 1 capacity units give), got 180 (80 of Test/Service + 100 of Test/Service/Invoices); give Test/Service/Invoices a lower max_concurrency or fewer connections, or raise max_capacity"
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        store.connect(worker, connections=5)


def test_refuses_a_network_that_is_open_to_the_world(stack: cdk.Stack) -> None:
    tiers = [ec2.SubnetConfiguration(name="public", subnet_type=ec2.SubnetType.PUBLIC)]
    message = "Test/Database: vpc must be a network with isolated or private subnets, got public subnets only; give it an isolated tier, as wellmade.network.Network has"
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        RelationalStore(stack, "Database", vpc=network(stack, subnet_configuration=tiers))


def test_refuses_public_access(stack: cdk.Stack, refused: Callable[[], str]) -> None:
    define_store(stack).instances[0].publicly_accessible = True
    assert (
        "Test/Database/Instance1: publicly_accessible must be False, got True; leave it: data is private"
        in refused()
    )


def test_refuses_a_way_past_the_proxy(stack: cdk.Stack, refused: Callable[[], str]) -> None:
    store = define_store(stack)
    function = ec2.SecurityGroup.from_security_group_id(stack, "Function", "sg-1234")
    [group] = [c for c in store.node.children if c.node.id == "ClusterGroup"]
    assert isinstance(group, ec2.SecurityGroup)
    group.connections.allow_from(function, ec2.Port.tcp(5432))
    message = refused()
    assert (
        "Test/Database: cluster must be reached by its proxy alone, got opened by DatabaseClusterGroup"
        in message
    )
    assert "workloads run out of connections without it; use connect" in message

"""Stores and caches, connected to any workload."""

import re
from collections.abc import Callable
from typing import Any, NamedTuple, cast

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms

from tests.templates import actions, ids_of, lost, of_type, stateful, the
from tests.unit.compute.conftest import define_service
from tests.unit.data.conftest import function, network
from wellmade.compute import FargateWorker
from wellmade.data import RelationalStore, SessionCache
from wellmade.foundation import PythonFunction
from wellmade.messaging import QueueWorker
from wellmade.testing import synthesize

Synth = Callable[[], dict[str, Any]]


class Case(NamedTuple):
    kind: Any
    prefix: str
    action: str


STORES = {
    "RelationalStore": Case(RelationalStore, "DATABASE_", "rds-db:connect"),
    "SessionCache": Case(SessionCache, "CACHE_", "elasticache:Connect"),
}
STORE = pytest.mark.parametrize("case", STORES.values(), ids=STORES)


def variables(template: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = the(template, "AWS::Lambda::Function")["Environment"]["Variables"]
    return found


@STORE
def test_a_plain_function_of_the_network_is_connected(stack: cdk.Stack, synth: Synth, case: Case) -> None:
    vpc = network(stack)
    case.kind(stack, "Store", vpc=vpc).connect(function(stack, vpc, reserved_concurrent_executions=5))
    template = synth()
    assert {name for name in variables(template) if name.startswith(case.prefix)}
    assert case.action in actions(template, "Function")
    ports = [rule["FromPort"] for rule in of_type(template, "AWS::EC2::SecurityGroupIngress")]
    assert ports.count(5432 if case.prefix == "DATABASE_" else 6379) >= 1


@STORE
def test_a_function_of_another_stack_is_connected_from_its_side(stack: cdk.Stack, case: Case) -> None:
    app = cast(cdk.App, stack.node.root)
    other = cdk.Stack(app, "Other")
    vpc = network(stack)
    store = case.kind(stack, "Store", vpc=vpc)
    store.connect(PythonFunction(other, "Function", code="order_worker", vpc=vpc))
    assembly = app.synth()
    template = assembly.get_stack_by_name("Other").template
    assert {name for name in variables(template) if name.startswith(case.prefix)}
    assert case.action in actions(template, "Function")
    assert len(of_type(template, "AWS::EC2::SecurityGroupIngress")) == 1
    assert "Other" not in str(assembly.get_stack_by_name("Test").template["Resources"])


@STORE
def test_two_stores_serve_one_workload_under_prefixes(stack: cdk.Stack, synth: Synth, case: Case) -> None:
    vpc = network(stack)
    user = PythonFunction(stack, "Function", code="order_worker", vpc=vpc)
    case.kind(stack, "Orders", vpc=vpc).connect(user)
    other = case.kind(stack, "Stock", vpc=vpc)
    message = f"Test/Stock: prefix must be one that makes the variables' names free, got {case.prefix}HOST"
    with pytest.raises(ValueError, match=f"^{re.escape(message)}"):
        other.connect(user)
    other.connect(user, prefix="STOCK_")
    template = synth()
    assert {f"{case.prefix}HOST", f"STOCK_{case.prefix}HOST"} <= set(variables(template))
    assert case.action in actions(template, "Function")


@STORE
def test_a_workload_outside_of_the_network_is_refused(stack: cdk.Stack, case: Case) -> None:
    store = case.kind(stack, "Store", vpc=network(stack))
    message = "Test/Store: workload must be in the network, got Test/Function, which is in none; give it the vpc of what it is to reach"
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        store.connect(PythonFunction(stack, "Function", code="order_worker"))


@STORE
def test_anybody_is_granted_to_log_in_and_nothing_else(stack: cdk.Stack, synth: Synth, case: Case) -> None:
    role = iam.Role(stack, "Human", assumed_by=iam.AccountRootPrincipal())
    case.kind(stack, "Store", vpc=network(stack)).grant_connect(role)
    assert actions(synth(), "Human") == {case.action}


@STORE
def test_lies_in_an_imported_network_and_in_subnets_of_the_user(
    stack: cdk.Stack, synth: Synth, case: Case
) -> None:
    vpc = ec2.Vpc.from_vpc_attributes(
        stack,
        "Theirs",
        vpc_id="vpc-1",
        availability_zones=["a", "b"],
        public_subnet_ids=["subnet-1", "subnet-2"],
        private_subnet_ids=["subnet-3", "subnet-4"],
    )
    chosen = ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_WITH_EGRESS)
    case.kind(stack, "Store", vpc=vpc, vpc_subnets=chosen)
    found = {"AWS::RDS::DBSubnetGroup", "AWS::ElastiCache::SubnetGroup"}
    [subnets] = [r["Properties"] for r in synth()["Resources"].values() if r["Type"] in found]
    assert subnets["SubnetIds"] == ["subnet-3", "subnet-4"]
    message = "Test/Open: vpc_subnets must be subnets that are not public, got a public one; select isolated or private ones"
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        case.kind(stack, "Open", vpc=vpc, vpc_subnets=ec2.SubnetSelection(subnet_type=ec2.SubnetType.PUBLIC))


@STORE
def test_is_encrypted_with_a_key_of_the_user(stack: cdk.Stack, synth: Synth, case: Case) -> None:
    vpc = network(stack)
    case.kind(stack, "Store", vpc=vpc, encryption_key=kms.Key(stack, "Key")).connect(
        define_service(stack, vpc=vpc)
    )
    template = synth()
    [key] = [name for name in ids_of(template, "AWS::KMS::Key") if name.startswith("Key")]
    holding = {"AWS::RDS::DBCluster", "AWS::ElastiCache::ReplicationGroup"}
    [store] = [r["Properties"] for r in template["Resources"].values() if r["Type"] in holding]
    assert key in str(store["KmsKeyId"])


def test_the_proxy_reads_a_password_under_a_key_of_the_user(stack: cdk.Stack, synth: Synth) -> None:
    RelationalStore(stack, "Store", vpc=network(stack), encryption_key=kms.Key(stack, "Key"))
    template = synth()
    assert "Key" in str(the(template, "AWS::RDS::DBCluster")["MasterUserSecret"])
    assert actions(template, "StoreAccessRole") == {"secretsmanager:GetSecretValue", "kms:Decrypt"}


def test_a_worker_of_ours_is_connected_through_its_function(stack: cdk.Stack, synth: Synth) -> None:
    vpc = network(stack)
    handler = PythonFunction(stack, "Handler", code="order_worker", vpc=vpc)
    worker = QueueWorker(stack, "Orders", function=handler)
    RelationalStore(stack, "Store", vpc=vpc).connect(worker)
    assert "DATABASE_HOST" in variables(synth())


def test_asks_how_many_copies_there_are(stack: cdk.Stack) -> None:
    vpc = network(stack)
    store, user = RelationalStore(stack, "Store", vpc=vpc), function(stack, vpc)
    message = (
        "Test/Store: max_concurrency must be given where a workload reserves none, got None for "
        "Test/Function; give connect(…, max_concurrency=…), or reserve concurrency for the function"
    )
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        store.connect(user)
    store.connect(user, max_concurrency=20)
    assert store.budget.booked == {"Test/Function": 20}


def test_names_another_database_of_the_cluster(stack: cdk.Stack, synth: Synth) -> None:
    vpc = network(stack)
    user = PythonFunction(stack, "Function", code="order_worker", vpc=vpc)
    RelationalStore(stack, "Store", vpc=vpc, database_name="shop", username="shop", port=6432).connect(
        user, database_name="reports"
    )
    template = synth()
    told = variables(template)
    assert (told["DATABASE_NAME"], told["DATABASE_USER"], told["DATABASE_PORT"]) == (
        "reports",
        "shop",
        "5432",
    )
    assert the(template, "AWS::RDS::DBCluster")["Port"] == 6432


def names(stack_name: str, construct_id: str) -> list[str]:
    def define(stack: cdk.Stack) -> None:
        vpc = network(stack)
        RelationalStore(stack, construct_id, vpc=vpc)
        SessionCache(stack, f"{construct_id}Sessions", vpc=vpc)

    app = cdk.App(builtin_cloud_formation_validation=False, analytics_reporting=False)
    stack = cdk.Stack(app, "Stack", stack_name=stack_name)
    define(stack)
    template = app.synth().get_stack_by_name(stack_name).template
    return [
        the(template, "AWS::RDS::DBProxy")["DBProxyName"],
        the(template, "AWS::ElastiCache::User")["UserId"],
        the(template, "AWS::ElastiCache::UserGroup")["UserGroupId"],
    ]


def test_names_are_valid_and_of_one_deployment_alone() -> None:
    long = "a-very-long-name-of-a-stack-as-pipelines-make-them-for-each-branch-and-stage"
    found = [
        names("shop", "Db_Main"),
        names("shop-2", "Db_Main"),
        names("Shop", "DbMain"),
        names(long, "D" * 50),
    ]
    for proxy, user, group in found:
        assert re.fullmatch(r"[a-z](?:-?[a-z0-9])*", proxy)
        assert len(proxy) <= 60
        assert all(re.fullmatch(r"[a-z](?:-?[a-z0-9])*", each) and len(each) <= 40 for each in (user, group))
    flat = [name for each in found for name in each]
    assert len(set(flat)) == len(flat)


TUNED: dict[str, list[dict[str, Any]]] = {
    "RelationalStore": [
        {"max_capacity": 8},
        {"min_capacity": 1},
        {"readers": 2},
        {"backup_retention": cdk.Duration.days(14)},
        {"deletion_protection": False},
        {"alarm_thresholds": {"capacity": None}},
        {"vpc_subnets": ec2.SubnetSelection(subnet_group_name="private")},
    ],
    "SessionCache": [
        {"node_type": "cache.r7g.large"},
        {"nodes": 3},
        {"maintenance_window": "mon:03:00-mon:04:00"},
        {"snapshot_retention": cdk.Duration.days(0)},
        {"key_prefix": "shop:"},
        {"alarm_thresholds": {"evictions": 10}},
        {"removal_policy": cdk.RemovalPolicy.SNAPSHOT},
    ],
}


@pytest.mark.parametrize(
    ("kind", "options"),
    [(kind, options) for kind, each in TUNED.items() for options in each],
    ids=lambda given: given if isinstance(given, str) else "-".join(given),
)
def test_tuning_what_is_deployed_deletes_nothing(kind: str, options: dict[str, Any]) -> None:
    def define(stack: cdk.Stack, **options: Any) -> None:
        STORES[kind].kind(stack, "Store", vpc=network(stack), **options)

    before = synthesize(define)
    assert stateful(before)
    assert lost(before, synthesize(lambda stack: define(stack, **options))) == set()


def test_alarms_of_each_node_have_names(stack: cdk.Stack) -> None:
    cache = SessionCache(
        stack, "Store", vpc=network(stack), nodes=2, alarm_thresholds={"memory": 70, "evictions": None}
    )
    assert [name for name, alarm in cache.alarms.by_name().items() if alarm] == [
        "engine_cpu",
        "memory",
        "engine_cpu_2",
        "memory_2",
    ]


@pytest.mark.parametrize(
    ("kind", "options", "message"),
    [
        (
            RelationalStore,
            {"database_name": "1st"},
            "database_name must be a letter, then letters, digits and underscores, and none of the service's own names, got '1st'; app suits most",
        ),
        (
            RelationalStore,
            {"username": "postgres"},
            "username must be a letter, then letters, digits and underscores, and none of the service's own names, got 'postgres'; app suits most",
        ),
        (
            SessionCache,
            {"key_prefix": "a b"},
            "key_prefix must be letters, digits and :._{}-, got 'a b'; session: suits most",
        ),
        (
            SessionCache,
            {"alarm_thresholds": {"cpu": 1}},
            "alarm_thresholds must be for one of engine_cpu, memory, evictions, got 'cpu'; give a number, or None to leave an alarm out",
        ),
    ],
)
def test_refuses(stack: cdk.Stack, kind: Any, options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape('Test/Store: ' + message)}$"):
        kind(stack, "Store", vpc=network(stack), **options)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (900, "connections must be at most"),
        ("900", "connections must be at most"),
        (None, "max_concurrency must be given where a workload reserves none, got None for Test/"),
        ("abc", "must be a number, got 'abc'"),
    ],
)
@pytest.mark.parametrize("kind", ["function", "pattern", "worker"])
def test_refuses_at_synth_more_connections_by_an_override(
    stack: cdk.Stack, refused: Callable[[], str], kind: str, value: object, said: str
) -> None:
    vpc = network(stack)
    store = RelationalStore(stack, "Store", vpc=vpc)
    if kind == "worker":
        image = ecs.ContainerImage.from_registry("public.ecr.aws/docker/library/python:3.13")
        worker = FargateWorker(stack, "Worker", image=image, vpc=vpc)
        store.connect(worker)
        target: Any = worker.task_count.node.find_child("Target").node.default_child
        target.add_property_override("MaxCapacity", value)
    else:
        function = PythonFunction(stack, "Function", code="order_worker", vpc=vpc)
        store.connect(QueueWorker(stack, "Orders", function=function) if kind == "pattern" else function)
        resource: Any = function.node.default_child
        resource.add_property_override("ReservedConcurrentExecutions", value)
    assert said in refused()


def test_takes_what_the_user_says_of_concurrency_whatever_is_synthesized(
    stack: cdk.Stack, synth: Synth
) -> None:
    vpc = network(stack)
    function = PythonFunction(stack, "Function", code="order_worker", vpc=vpc)
    RelationalStore(stack, "Store", vpc=vpc).connect(function, max_concurrency=5)
    resource: Any = function.node.default_child
    resource.add_property_deletion_override("ReservedConcurrentExecutions")
    synth()


def test_refuses_a_database_made_public_by_an_override(stack: cdk.Stack, refused: Callable[[], str]) -> None:
    store = RelationalStore(stack, "Store", vpc=network(stack))
    store.instances[0].add_property_override("PubliclyAccessible", value=True)
    assert "Test/Store/Instance1: publicly_accessible must be False, got True" in refused()


def test_asks_for_the_zones_of_imported_subnets(stack: cdk.Stack) -> None:
    subnets: list[ec2.ISubnet] = [
        ec2.Subnet.from_subnet_id(stack, each, f"subnet-{each}") for each in ("One", "Two")
    ]
    message = (
        "Test/Store: vpc_subnets must be imported with their zones, got one without; "
        "import it with from_subnet_attributes and its availability zone"
    )
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        RelationalStore(stack, "Store", vpc=network(stack), vpc_subnets=ec2.SubnetSelection(subnets=subnets))

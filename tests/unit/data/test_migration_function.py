"""Migrations come after the database and before the code, and only such as the code that runs survives."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_kms as kms

from tests.refusals import refusals_of
from tests.templates import actions, ids_of, lost, of_type, the
from tests.unit.compute.conftest import define_service
from tests.unit.data.conftest import function, network
from wellmade.data import MigrationFunction, RelationalStore
from wellmade.foundation import PythonFunction, RefusedError, monitor
from wellmade.kit.synth_checks import Synthesized, checks_of
from wellmade.testing import synthesize

Synth = Callable[[], dict[str, Any]]
SCHEMA, FUNCTION = "Custom::SchemaMigration", "AWS::Lambda::Function"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(
        tmp_path_factory.mktemp("migrations"), {"0001_orders.sql": "create table orders (id bigint);"}
    )


def write(folder: Path, files: dict[str, str]) -> Path:
    for name, sql in files.items():
        (folder / name).write_text(sql)
    return folder


def define(stack: cdk.Stack, folder: Path, **options: Any) -> MigrationFunction:
    store = RelationalStore(stack, "Database", vpc=network(stack))
    return MigrationFunction(stack, "Migrations", migrations=folder, database=store, **options)


@pytest.fixture(scope="module")
def template(folder: Path) -> dict[str, Any]:
    return synthesize(lambda stack: define(stack, folder))


def test_migrations_come_after_the_database_and_the_way_to_it(template: dict[str, Any]) -> None:
    [name] = ids_of(template, SCHEMA)
    before = template["Resources"][name]["DependsOn"]
    assert set(before) >= {*ids_of(template, "AWS::RDS::DBInstance"), *ids_of(template, FUNCTION)}
    assert set(before) >= set(ids_of(template, "AWS::RDS::DBProxyTargetGroup"))
    rules = [
        *ids_of(template, "AWS::EC2::SecurityGroupIngress"),
        *ids_of(template, "AWS::EC2::SecurityGroupEgress"),
    ]
    assert len(set(before) & set(rules)) == 2


def test_a_run_that_failed_does_not_come_again_and_is_not_waited_for(template: dict[str, Any]) -> None:
    assert the(template, "AWS::Lambda::EventInvokeConfig")["MaximumRetryAttempts"] == 0
    assert the(template, SCHEMA)["ServiceTimeout"] == "360"
    assert the(template, FUNCTION)["Timeout"] == 300
    assert the(template, FUNCTION)["ReservedConcurrentExecutions"] == 1


def test_a_file_more_runs_the_migrations_again(
    folder: Path, tmp_path: Path, template: dict[str, Any]
) -> None:
    more = write(tmp_path, {"0001_orders.sql": (folder / "0001_orders.sql").read_text()})
    assert the(synthesize(lambda stack: define(stack, more)), SCHEMA) == the(template, SCHEMA)
    write(more, {"0002_mail.sql": "alter table orders add column mail text", "notes.txt": "none"})
    after = the(synthesize(lambda stack: define(stack, more)), SCHEMA)
    assert (after["Newest"], the(template, SCHEMA)["Newest"]) == ("0002_mail", "0001_orders")
    assert after["Digest"] != the(template, SCHEMA)["Digest"]


def test_another_database_gets_the_migrations_too(folder: Path, template: dict[str, Any]) -> None:
    [cluster] = ids_of(template, "AWS::RDS::DBCluster")
    assert the(template, SCHEMA)["Cluster"] == {"Ref": cluster}
    assert the(template, SCHEMA)["Database"] == "app"
    other = synthesize(lambda stack: define(stack, folder, database_name="other"))
    assert the(other, SCHEMA)["Database"] == "other"


def test_the_code_of_all_who_use_the_database_waits(stack: cdk.Stack, synth: Synth, folder: Path) -> None:
    vpc = network(stack)
    store = RelationalStore(stack, "Database", vpc=vpc)
    store.connect(PythonFunction(stack, "Before", code="order_worker", vpc=vpc))
    service = define_service(stack, vpc=vpc)
    store.connect(service, connections=2)
    migrations = MigrationFunction(stack, "Migrations", migrations=folder, database=store)
    store.connect(function(stack, vpc, reserved_concurrent_executions=1))
    monitor(stack, migrations)
    template = synth()
    [schema] = ids_of(template, SCHEMA)
    waiting = {name for name, each in template["Resources"].items() if schema in each.get("DependsOn", ())}
    assert waiting >= set(ids_of(template, "AWS::ECS::TaskDefinition"))
    assert len(waiting & set(ids_of(template, FUNCTION))) == 2
    assert len(waiting) == 3


def test_another_stack_waits_as_a_whole(stack: cdk.Stack, folder: Path) -> None:
    other = cdk.Stack(cast(cdk.App, stack.node.root), "Other")
    vpc = network(stack)
    store = RelationalStore(stack, "Database", vpc=vpc)
    MigrationFunction(stack, "Migrations", migrations=folder, database=store)
    store.connect(PythonFunction(other, "Function", code="order_worker", vpc=vpc))
    cast(cdk.App, stack.node.root).synth()
    assert [each.stack_name for each in other.dependencies] == ["Test"]


def test_grants_the_login_and_no_more(template: dict[str, Any]) -> None:
    mine = {
        action
        for action in actions(template, "Migrations")
        if not action.startswith(("ec2:", "logs:", "xray:"))
    }
    assert mine == {"rds-db:connect"}


def test_tells_of_runs_that_fail(template: dict[str, Any], folder: Path, stack: cdk.Stack) -> None:
    found = [
        each for each in of_type(template, "AWS::CloudWatch::Alarm") if each["Namespace"] == "AWS/Lambda"
    ]
    assert sorted(each["MetricName"] for each in found) == ["Duration", "Errors", "Throttles"]
    made = define(stack, folder, alarm_thresholds={"failed_migrations": None, "throttles": 3})
    assert made.alarms.by_name()["failed_migrations"] is None
    assert made.metric_failed_migrations().metric_name == "Errors"
    assert made.metric_duration().metric_name == "Duration"


def test_a_threshold_that_is_given_is_not_dropped(stack: cdk.Stack, folder: Path) -> None:
    made = define(stack, folder, alarm_thresholds={"failed_migrations": None, "errors": 5})
    errors = made.alarms.by_name()["errors"]
    assert errors is not None
    assert cast(Any, errors.node.default_child).threshold == 5


def test_looks_like(template: dict[str, Any], snapshot: Callable[..., None]) -> None:
    snapshot(template, "migration_function")


def test_tuning_deletes_nothing(template: dict[str, Any], folder: Path) -> None:
    def tuned(stack: cdk.Stack) -> None:
        key = kms.Key(stack, "Key")
        options = {"database_name": "other", "timeout": cdk.Duration.minutes(10), "encryption_key": key}
        define(stack, folder, lock_timeout=cdk.Duration.seconds(2), **options)

    assert lost(template, synthesize(tuned)) == set()


def test_names_what_no_rule_judges(stack: cdk.Stack, tmp_path: Path) -> None:
    sql = (
        "create table b (c int); create trigger t after insert on b execute function f();\n"
        "create trigger t after insert on a execute function f();\n"
        "create or replace function f() returns trigger language plpgsql as $$ begin return new; end $$;\n"
        "update a set b = f(b); call p();"
    )
    define(stack, write(tmp_path, {"0001_a.sql": sql}))
    cast(cdk.App, stack.node.root).synth()
    found = [error for rule in checks_of(stack) for error in rule(Synthesized()) if error]
    assert [error.severity for error in found] == ["warning"] * 3
    assert [str(error).split(", got ")[1] for error in found] == [
        "a trigger on a, which the code that runs fires, at 0001_a.sql:2; judge it yourself",
        "the code of f, which the code that runs may call, at 0001_a.sql:3; judge it yourself",
        "the procedure p, whose code is read only where a file makes it, at 0001_a.sql:4; judge it yourself",
    ]


def test_takes_text_that_is_built_once_nobody_uses_what_it_takes(stack: cdk.Stack, tmp_path: Path) -> None:
    sql = "do $$ begin grant execute on function f() to r; execute 'drop table a'; end $$"
    define(stack, write(tmp_path, {"0001_a.contract.sql": sql}))


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({}, "a folder with files NNNN_name.sql, or NNNN_name.contract.sql for what takes away, got "),
        (
            {"orders.sql": "select 1"},
            "called NNNN_name.sql, or NNNN_name.contract.sql for what takes away, got orders.sql; ",
        ),
        (
            {"0001_a.sql": "select 1", "001_b.sql": "select 1"},
            "numbered, each once, got 0001_a.sql and 001_b.sql; ",
        ),
        ({"0001_a.sql": "-- nothing"}, "statements of SQL, got none in 0001_a.sql; remove the file"),
        (
            {"0001_a.sql": "select 'a"},
            "SQL of PostgreSQL, got 0001_a.sql: line 1: a quotation is not ended; ",
        ),
        ({"0001_a.sql": "-- " + "x" * 600_000}, "at most 512 KB each, got 585 KB of 0001_a.sql; "),
    ],
)
def test_refuses_what_are_no_migrations(
    stack: cdk.Stack, tmp_path: Path, files: dict[str, str], message: str
) -> None:
    with pytest.raises(RefusedError, match=f"^Test/Migrations: migrations must be {re.escape(message)}"):
        define(stack, write(tmp_path, files))


@pytest.mark.parametrize(
    ("name", "sql", "said"),
    [
        (
            "0001_a.sql",
            "alter table a add column b int, drop column c",
            "ALTER TABLE A ADD COLUMN B at 0001_a.sql:1",
        ),
        ("0001_a.sql", "select 1;\n\ndrop table a", "DROP TABLE A at 0001_a.sql:3"),
        ("0001_a.sql", "do $$ begin drop table a; end $$", "DO $…$ at 0001_a.sql:1"),
        ("0001_a.sql", "do $$ begin execute 'drop table a'; end $$", "DO $…$ at 0001_a.sql:1"),
        (
            "0001_a.sql",
            "create function f() returns void language sql as $$ delete from a $$;\nselect f()",
            "SELECT F ( ) at 0001_a.sql:2",
        ),
        (
            "0001_a.sql",
            "create procedure f() language plpython3u as $$ it's $$;\ncall f()",
            "CALL F ( ) at 0001_a.sql:2",
        ),
        (
            "0001_a.sql",
            "create procedure f() as 'delete from a';\ndo $$ begin call f(); end $$",
            "DO $…$ at 0001_a.sql:2",
        ),
        (
            "0001_a.sql",
            "create function f() returns void language sql as $$ delete from a $$;\n"
            "create function g() returns void language sql as $$ select f() $$;\nselect g()",
            "SELECT G ( ) at 0001_a.sql:3",
        ),
        (
            "0001_a.sql",
            "create function f() returns int language sql as $$ delete from a returning 1 $$;\n"
            "create table b as select f()",
            "CREATE TABLE B AS SELECT F at 0001_a.sql:2",
        ),
        (
            "0001_a.sql",
            "create function f() returns int language sql as $$ delete from a returning 1 $$;\n"
            "alter table b add c int default f()",
            "ALTER TABLE B ADD C INT at 0001_a.sql:2",
        ),
        (
            "0001_a.sql",
            "select dblink_exec('', 'drop table a')",
            "SELECT DBLINK_EXEC ( '…' , '…' at 0001_a.sql:1",
        ),
        (
            "0001_a.contract.sql",
            "drop table a; create table b (c int)",
            "CREATE TABLE B ( C INT at 0001_a.contract.sql:1",
        ),
        ("0001_a.sql", "alter table a rename column b to c", "ALTER TABLE A RENAME COLUMN B at 0001_a.sql:1"),
        (
            "0001_a.sql",
            "alter table a add column b int not null",
            "ALTER TABLE A ADD COLUMN B at 0001_a.sql:1",
        ),
        ("0001_a.sql", "begin; select 1; commit", "BEGIN at 0001_a.sql:1"),
        (
            "0001_a.sql",
            "create index concurrently i on a (b)",
            "CREATE INDEX CONCURRENTLY I ON A at 0001_a.sql:1",
        ),
        ("0001_a.sql", "set search_path = b", "SET SEARCH_PATH = B at 0001_a.sql:1"),
        (
            "0001_a.sql",
            "create table b (c int); alter table a add check (b > 0)",
            "ALTER TABLE A ADD CHECK ( at 0001_a.sql:1",
        ),
        ("0001_a.sql", "create unique index on a (b)", "CREATE UNIQUE INDEX ON A ( at 0001_a.sql:1"),
    ],
)
def test_refuses_what_breaks_the_code_that_runs(
    stack: cdk.Stack, tmp_path: Path, name: str, sql: str, said: str
) -> None:
    message = f"Test/Migrations: migrations must be steps that the code which runs survives, got {said}; "
    with pytest.raises(RefusedError, match=f"^{re.escape(message)}") as error:
        define(stack, write(tmp_path, {name: sql}))
    assert error.value.option == "migrations"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"timeout": cdk.Duration.minutes(16)}, "timeout in seconds must be between 120 and 900, got 960; "),
        (
            {"lock_timeout": cdk.Duration.minutes(2)},
            "lock_timeout in seconds must be between 1 and 60, got 120; ",
        ),
    ],
)
def test_refuses_bounds(stack: cdk.Stack, folder: Path, options: dict[str, Any], message: str) -> None:
    with pytest.raises(RefusedError, match=re.escape(message)):
        define(stack, folder, **options)


def test_refuses_to_answer_nobody(stack: cdk.Stack, folder: Path) -> None:
    tiers = [ec2.SubnetConfiguration(name="isolated", subnet_type=ec2.SubnetType.PRIVATE_ISOLATED)]
    vpc = network(stack, subnet_configuration=tiers)
    store = RelationalStore(stack, "Database", vpc=vpc)
    MigrationFunction(stack, "Migrations", migrations=folder, database=store)
    with pytest.raises(RuntimeError):
        cast(cdk.App, stack.node.root).synth()
    [error] = refusals_of(stack)
    assert (error.rule, error.option) == ("isolated-call", "vpc")
    assert "s3:PutObject would hang" in str(error)


def test_with_the_endpoint_of_s3_it_is_answered(stack: cdk.Stack, synth: Synth, folder: Path) -> None:
    tiers = [ec2.SubnetConfiguration(name="isolated", subnet_type=ec2.SubnetType.PRIVATE_ISOLATED)]
    vpc = network(stack, subnet_configuration=tiers)
    vpc.add_gateway_endpoint("S3", service=ec2.GatewayVpcEndpointAwsService.S3)
    store = RelationalStore(stack, "Database", vpc=vpc)
    MigrationFunction(stack, "Migrations", migrations=folder, database=store)
    template = synth()
    # It comes before the first run, and goes after the function has answered that the stack is deleted.
    [schema] = ids_of(template, SCHEMA)
    assert set(ids_of(template, "AWS::EC2::VPCEndpoint")) <= set(template["Resources"][schema]["DependsOn"])


def test_refuses_an_override_that_lets_new_code_run_first(stack: cdk.Stack, folder: Path) -> None:
    made = define(stack, folder)
    user = PythonFunction(
        stack, "User", code="order_worker", vpc=cast(ec2.IVpc, stack.node.find_child("Vpc"))
    )
    cast(RelationalStore, stack.node.find_child("Database")).connect(user)
    user.resource.add_override("DependsOn", [])
    with pytest.raises(RuntimeError):
        cast(cdk.App, stack.node.root).synth()
    [error] = refusals_of(stack)
    assert error.rule == "migration-order"
    assert made.function.max_concurrency == 1


def test_refuses_migrations_of_another_stack_than_the_code(stack: cdk.Stack, folder: Path) -> None:
    other = cdk.Stack(cast(cdk.App, stack.node.root), "Other")
    vpc = network(stack)
    store = RelationalStore(stack, "Database", vpc=vpc)
    store.connect(PythonFunction(stack, "Function", code="order_worker", vpc=vpc))
    with pytest.raises(RefusedError, match="scope must be in the stack of the database"):
        MigrationFunction(other, "Migrations", migrations=folder, database=store)


@pytest.mark.parametrize(
    "files",
    [
        {
            "0001_a.sql": "create table a (b int); alter table a add check (b > 0); create unique index on a (b)"
        },
        {"0001_a.sql": "create table a (b int)", "0002_rule.contract.sql": "alter table a add unique (b)"},
    ],
    ids=["of a table that nobody writes yet", "in a release of its own"],
)
def test_takes_what_forbids_writes(stack: cdk.Stack, tmp_path: Path, files: dict[str, str]) -> None:
    define(stack, write(tmp_path, files))


@pytest.mark.parametrize(
    "sql",
    [
        "create function purge() returns void language sql as $$ delete from a $$;\ninsert into app.purge (b) values (1)",
        "create function name_of(a text) returns text immutable language sql as 'select a';\n"
        "create table b (c text, d text generated always as (name_of(c)) stored)",
        "do $$ begin if true then create trigger t after insert or delete on b for each row execute function f(); end if; end $$",
        "do $$ begin grant select, execute on all functions in schema app to reader; end $$",
    ],
    ids=["a table that is called like a function", "a generated column", "a trigger", "rights"],
)
def test_takes_what_resembles_a_call_that_takes_away(stack: cdk.Stack, tmp_path: Path, sql: str) -> None:
    define(stack, write(tmp_path, {"0001_a.sql": sql}))

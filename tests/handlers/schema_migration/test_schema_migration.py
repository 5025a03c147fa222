"""A schema is that of the old release or of the new one, and CloudFormation hears of it whatever comes."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from types import ModuleType
from typing import Any

import psycopg
import pytest

from bench.migrations import Scene, kill_migrations
from schema_migration.domain import Migration, RefusedMigrationError, pending
from schema_migration.store import Schema
from tests.handlers.schema_migration.formation import Formation, listening_formation
from tests.handlers.support import Context

ORDERS = {"0001_orders": "create table orders (id bigint primary key, mail text)"}
EMAIL = {"0002_email": "alter table orders add column email text; update orders set email = mail"}
DROP = {"0003_drop_mail.contract": "alter table orders drop column mail"}


@pytest.fixture
def formation() -> Iterator[Formation]:
    with listening_formation() as listening:
        yield listening


@pytest.fixture
def connect(database: Path) -> Callable[[], "psycopg.Connection[Any]"]:
    return lambda: psycopg.connect(host=str(database), user="app", dbname="app")


@pytest.fixture
def run(
    migrating: ModuleType, migrations: Path, formation: Formation
) -> Callable[..., dict[str, Any] | None]:
    """Run a release with these files, and return what CloudFormation is told."""

    def deploy(files: Mapping[str, str], *, released: str | None = None, kind: str = "Create") -> Any:
        for old in migrations.glob("*.sql"):
            old.unlink()
        for name, sql in files.items():
            (migrations / f"{name}.sql").write_text(sql)
        old_ones = {"OldResourceProperties": {"Newest": released}} if released else {}
        formation.answers.clear()
        with suppress(RuntimeError):
            migrating.handler(formation.event(kind, **old_ones), Context())
        [told] = formation.answers
        return told

    return deploy


def columns(connect: Callable[[], "psycopg.Connection[Any]"]) -> list[str]:
    with connect() as connection:
        found = connection.execute(
            "select attname from pg_attribute where attrelid = to_regclass('orders') and attnum > 0 "
            "and not attisdropped order by attnum"
        )
        return [name for (name,) in found]


def test_a_release_brings_its_schema_and_a_second_run_changes_nothing(run: Any, connect: Any) -> None:
    told = run(ORDERS)
    assert told["Status"] == "SUCCESS"
    assert told["PhysicalResourceId"] == "5f1b-Schema"
    assert columns(connect) == ["id", "mail"]
    assert run({**ORDERS, **EMAIL}, released="0001_orders", kind="Update")["Status"] == "SUCCESS"
    assert run({**ORDERS, **EMAIL}, released="0001_orders", kind="Update")["Status"] == "SUCCESS"
    assert columns(connect) == ["id", "mail", "email"]


def test_a_failure_stops_the_deployment_and_leaves_the_old_schema(run: Any, connect: Any) -> None:
    run(ORDERS)
    with connect() as connection:
        connection.execute("insert into orders values (1, 'secret'), (2, 'secret')")
    told = run({**ORDERS, **EMAIL, "0003_unique": "create unique index one on orders (mail)"}, kind="Update")
    assert told["Status"] == "FAILED"
    assert told["Reason"] == "0003_unique: UniqueViolation (23505), table orders, constraint one"
    assert columns(connect) == ["id", "mail"]


def test_what_the_release_that_runs_may_use_is_not_taken_away(run: Any, connect: Any) -> None:
    run(ORDERS)
    both = {**ORDERS, **EMAIL, **DROP}
    told = run(both, released="0001_orders", kind="Update")
    assert told["Reason"] == (
        "0003_drop_mail.contract takes away what the release that runs now may use: 0002_email is not in it; "
        "deploy 0002_email and its code first, then 0003_drop_mail.contract"
    )
    assert columns(connect) == ["id", "mail"]
    run({**ORDERS, **EMAIL}, released="0001_orders", kind="Update")
    # The migration was run, but its code was rolled back: the release before is still the one that runs.
    assert run(both, released="0001_orders", kind="Update")["Status"] == "FAILED"
    assert run(both, released="0002_email", kind="Update")["Status"] == "SUCCESS"
    assert columns(connect) == ["id", "email"]


def test_a_database_that_is_in_use_loses_nothing_in_the_first_deployment(run: Any, connect: Any) -> None:
    with connect() as connection:
        connection.execute("create table people (name text)")
    told = run({**ORDERS, **EMAIL, **DROP})
    assert told["Reason"].startswith(
        "0003_drop_mail.contract takes away what the release that runs now may use"
    )
    with connect() as connection:
        connection.execute("drop table people")
    assert run({**ORDERS, **EMAIL, **DROP})["Status"] == "SUCCESS"
    assert columns(connect) == ["id", "email"]


def test_a_new_stack_on_a_database_with_a_schema_takes_away_what_that_has(run: Any, connect: Any) -> None:
    run({**ORDERS, **EMAIL})
    later = {**ORDERS, **EMAIL, **DROP, "0004_note": "alter table orders add note text"}
    assert run({**later, "0005_drop_note.contract": "alter table orders drop note"})["Status"] == "FAILED"
    assert run(later)["Status"] == "SUCCESS"
    assert columns(connect) == ["id", "email", "note"]


def test_a_release_that_is_rolled_back_keeps_what_was_added(run: Any, connect: Any) -> None:
    run({**ORDERS, **EMAIL})
    assert run(ORDERS, released="0002_email", kind="Update")["Status"] == "SUCCESS"
    assert columns(connect) == ["id", "mail", "email"]


def test_a_stack_that_goes_leaves_the_schema(
    migrating: ModuleType, formation: Formation, connect: Any
) -> None:
    before = columns(connect)
    migrating.handler(formation.event("Delete", PhysicalResourceId="5f1b-Schema"), Context())
    assert formation.answers[0]["Status"] == "SUCCESS"
    assert columns(connect) == before


def test_an_error_that_is_not_ours_is_told_by_its_kind(
    migrating: ModuleType, formation: Formation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MIGRATIONS_FOLDER", "nowhere")
    with pytest.raises(RuntimeError, match=r"^FileNotFoundError$"):
        migrating.handler(formation.event(), Context())
    assert formation.answers[0]["Reason"] == "FileNotFoundError"


def test_what_the_database_refuses_is_not_told_as_a_wait(
    migrating: ModuleType, formation: Formation, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise psycopg.errors.InsufficientPrivilege

    monkeypatch.setattr(Schema, "migrate", refuse)
    with pytest.raises(RuntimeError):
        migrating.handler(formation.event(), Context())
    assert formation.answers[0]["Reason"].startswith("the database refused: InsufficientPrivilege (42501)")


def test_who_waits_for_a_table_gives_way_and_tries_again(connect: Any) -> None:
    waits: list[float] = []
    with connect() as holder:
        holder.execute("create table if not exists busy (id int)")
        holder.commit()
        holder.execute("lock table busy in access share mode")

        def give_way(seconds: float) -> None:
            waits.append(seconds)
            holder.commit()

        schema = Schema(connect, lock_seconds=0.2, sleep=give_way)
        with connect() as cleared:
            cleared.execute("drop table if exists wellmade_migrations")
        one = [Migration("0001_busy", "alter table busy add column name text")]
        assert schema.migrate(one, None, time.monotonic() + 30) == ["0001_busy"]
    assert waits == [2.0]
    with connect() as cleared:
        cleared.execute("drop table busy, wellmade_migrations")


def test_what_no_waiting_ends_is_refused_at_once(connect: Any) -> None:
    moods = Migration("0001_moods", "create type mood as enum ('good'); create table days (mood mood)")
    more = Migration("0002_bad", "alter type mood add value 'bad'; insert into days values ('bad')")
    waits: list[float] = []
    schema = Schema(connect, lock_seconds=1, sleep=waits.append)
    with connect() as cleared:
        cleared.execute("drop table if exists wellmade_migrations")
    schema.migrate([moods], None, time.monotonic() + 30)
    try:
        with pytest.raises(RefusedMigrationError, match=r"^0002_bad: UnsafeNewEnumValueUsage \(55P04\)$"):
            schema.migrate([moods, more], None, time.monotonic() + 3)
        assert waits == []
    finally:
        with connect() as cleared:
            cleared.execute("drop table days, wellmade_migrations; drop type mood")


def test_a_database_that_is_away_until_the_deadline_is_an_error() -> None:
    def away() -> "psycopg.Connection[Any]":
        raise psycopg.OperationalError("no route")

    now = iter(range(100))
    schema = Schema(away, lock_seconds=1, clock=lambda: float(next(now)), sleep=lambda _: None)
    with pytest.raises(psycopg.OperationalError):
        schema.migrate([Migration("0001_a", "select 1")], None, 20.0)


FILES = [Migration("0001_a", "select 1"), Migration("0003_c", "select 3")]


@pytest.mark.parametrize(
    ("applied", "message"),
    [
        ({"0001_a": "other"}, "0001_a was changed after it was run; put it back, and add another"),
        ({"0001_a": FILES[0].checksum, "0002_b": "x"}, "0002_b was run and is no longer there; put it back"),
        # Of a release that was rolled back: two of one number could never be put in one folder again.
        ({"0001_a": FILES[0].checksum, "0003_b": "x"}, "0003_b was run and is no longer there; put it back"),
        ({"0003_c": FILES[1].checksum}, "0001_a comes before one that was run; give it a later number"),
    ],
)
def test_files_that_do_not_go_with_the_database_are_refused(applied: dict[str, str], message: str) -> None:
    with pytest.raises(RefusedMigrationError, match=f"^{message}$"):
        pending(FILES, applied, None)


def test_each_that_takes_away_waits_for_what_was_added_before_it() -> None:
    names = ["0001_a", "0002_drop_a.contract", "0003_c", "0004_drop_c.contract"]
    files = [Migration(name, "select 1") for name in names]
    message = "^0004_drop_c.contract takes away what the release that runs now may use: 0003_c is not in it; "
    with pytest.raises(RefusedMigrationError, match=message):
        pending(files, {"0001_a": files[0].checksum}, "0001_a")


def test_a_new_stack_runs_all_at_once() -> None:
    files = [Migration(name, sql) for name, sql in {**ORDERS, **EMAIL, **DROP}.items()]
    assert pending(files, {}, None) == files


def test_runs_that_are_killed_leave_the_old_schema_or_the_new_one(database: Path, tmp_path: Path) -> None:
    found = kill_migrations(Scene(database, tmp_path, rows=5_000), kills=3, seed=7)
    assert found.is_good, found

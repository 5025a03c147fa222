"""What becomes of a schema whose migrations are killed at random moments, two runs at once.

Each round begins with the schema of an old release in a real PostgreSQL, and starts two runs of the new
release's migrations; one or both are killed (SIGKILL) at a random moment. Another client looks at the schema
all the while: it must be the old one or the new one, and never anything between. Then a run is left alone,
which must bring the new one, and one more, which must write nothing.

    python -m bench.migrations [--kills 50] [--seed 1] [--rows 20000]
"""

import argparse
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from schema_migration.store import TABLE
from tests.database import running_database

OLD = {
    "0001_customers": "create table customers (id bigint primary key, mail text not null)",
    "0002_orders": "create table orders (id bigint primary key, customer bigint not null, cents bigint)",
}
NEW = {
    "0003_add_email": "alter table customers add column email text",
    "0004_copy_mail": "update customers set email = lower(mail)",
    "0005_emails": "create index customers_email on customers (email)",
    "0006_currency": "alter table orders add column currency text not null default 'EUR'",
    "0007_open_orders": "create view open_orders as select id, customer from orders where cents > 0",
    "0008_refunds": "create table refunds (order_id bigint primary key references orders, cents bigint)",
}
RUN = """
import sys, time
import psycopg
from pathlib import Path
from schema_migration.domain import Migration
from schema_migration.store import Schema
host, name, folder, last = sys.argv[1:]
found = sorted(Path(folder).glob("*.sql"))
migrations = [Migration(file.stem, file.read_text()) for file in found if file.stem <= last]
schema = Schema(lambda: psycopg.connect(host=host, user="app", dbname=name, prepare_threshold=None), 5.0)
print("ready", flush=True)
sys.stdin.readline()
print(*schema.migrate(migrations, None, time.monotonic() + 60), flush=True)
"""
# ruff: noqa: S608 - the one name that is put into statements is our own
LOOK = f"""
select coalesce(string_agg(shown, ',' order by shown), '') from (
    select concat_ws('|', c.relname, c.relkind, a.attname, a.atttypid, a.attnotnull) as shown
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    left join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    where n.nspname = 'public' and c.relname <> '{TABLE}' and c.relname <> '{TABLE}_pkey'
) as found
"""
AGAIN = 30.0
"""Seconds in which the server must have ended what a killed client had begun."""


@dataclass
class Found:
    """What came of it."""

    kills: int = 0
    between: int = 0
    """Looks at a schema that was neither."""
    stuck: int = 0
    """Rounds after which a run that is left alone did not bring the new schema."""
    written: int = 0
    """Second runs that wrote something, or said so."""
    twice: int = 0
    """Migrations that two runs of one round said they had run."""
    looks: int = 0
    after_kill: Counter[str] = field(default_factory=Counter)
    """Which schema kills of both runs left, and of how many a transaction was open."""

    @property
    def is_good(self) -> bool:
        """Whether the schema was always one of the two."""
        return not (self.between or self.stuck or self.written or self.twice)


@dataclass
class Scene:
    """A database, and the files of two releases."""

    host: Path
    folder: Path
    rows: int
    rounds: int = 0
    old: str = ""
    new: str = ""
    seconds: float = 0.0
    """That a run takes which nobody kills."""

    def __post_init__(self) -> None:
        for name, sql in {**OLD, **NEW}.items():
            Path(self.folder, f"{name}.sql").write_text(f"{sql};\n")
        # Nobody else writes, so that a run which writes is seen.
        self._administer("alter system set autovacuum = off")
        self._administer("select pg_reload_conf()")
        self._administer("create database old owner app")
        finished(self.run("old", max(OLD)), is_waiting=True)
        with self.connect("old") as connection:
            fill = "insert into customers select n, 'Mail' || n from generate_series(1, %s) as n"
            connection.execute(fill, (self.rows,))
        self.old = self.look("old")
        name = self.begin()
        run, begun = self.run(name, max(NEW)), time.monotonic()
        finished(run, is_waiting=True)
        self.seconds, self.new = time.monotonic() - begun, self.look(name)

    def begin(self) -> str:
        """Return a new database with the old schema and its rows."""
        self.rounds += 1
        name = f"round{self.rounds}"
        self._administer(f"create database {name} template old owner app")
        return name

    def run(self, name: str, last: str) -> "subprocess.Popen[str]":
        """Start a run, and return once it waits to be told to begin."""
        command = [sys.executable, "-c", RUN, str(self.host), name, str(self.folder), last]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        if process.stdout is None or process.stdout.readline() != "ready\n":
            raise RuntimeError("a run did not start")
        return process

    def look(self, name: str) -> str:
        """Return what tells one schema from another, rows that were filled and migrations included."""
        with self.connect(name) as connection:
            connection.execute("set transaction isolation level repeatable read")
            [shape] = connection.execute(LOOK).fetchone() or [""]
            ran = connection.execute(f"select name from {TABLE} order by name").fetchall()
            filled = 0
            if "|email|" in shape:
                [filled] = connection.execute("select count(email) from customers").fetchone() or [0]
        return f"{shape};{filled};{ran}"

    def connect(self, name: str) -> "psycopg.Connection[Any]":
        """Return a connection of the owner."""
        return psycopg.connect(host=str(self.host), user="app", dbname=name)

    def others(self, name: str) -> int:
        """Return how many other clients the database has."""
        with self.connect(name) as connection:
            counted = (
                "select count(*) from pg_stat_activity "
                "where datname = %s and usename = 'app' and pid <> pg_backend_pid()"
            )
            [found] = connection.execute(counted, (name,)).fetchone() or [0]
        return int(found)

    def next_transaction(self, name: str) -> int:
        """Return the number that the next transaction which writes gets, in all databases of the server."""
        with self.connect(name) as connection:
            [found] = connection.execute(
                "select pg_snapshot_xmax(pg_current_snapshot())::text::bigint"
            ).fetchone() or [0]
        return int(found)

    def drop(self, name: str) -> None:
        """Remove a database."""
        self._administer(f"drop database {name} with (force)")

    def _administer(self, statement: Any) -> None:
        host = str(self.host)
        with psycopg.connect(host=host, user="postgres", dbname="postgres", autocommit=True) as connection:
            connection.execute(statement)


def begin(run: "subprocess.Popen[str]") -> None:
    """Tell a run to begin."""
    if run.stdin:
        run.stdin.write("go\n")
        run.stdin.flush()


def finished(run: "subprocess.Popen[str]", *, is_waiting: bool = False) -> list[str]:
    """Wait for a run and return the migrations that it ran.

    Raises:
        RuntimeError: If it failed.
    """
    said, _ = run.communicate("go\n" if is_waiting else None, timeout=120)
    if run.returncode:
        raise RuntimeError("a run failed that nobody killed")
    return said.split()


def kill_migrations(scene: Scene, kills: int, seed: int) -> Found:
    """Kill runs at random moments, and return what became of the schema."""
    found, chance = Found(), random.Random(seed)  # noqa: S311 - the same moments again
    while found.kills < kills:
        name = scene.begin()
        runs = [scene.run(name, max(NEW)) for _ in range(2)]
        doomed = runs[: chance.choice((1, 2))]
        for run in runs:
            begin(run)
        _watch(scene, name, found, until=time.monotonic() + chance.uniform(0, scene.seconds))
        _kill(scene, name, doomed, found)
        done = [migration for run in runs if run not in doomed for migration in finished(run)]
        _settle(scene, name, found)
        if len(doomed) == len(runs):
            found.after_kill["new" if scene.look(name) == scene.new else "old"] += 1
        last = scene.run(name, max(NEW))
        done += finished(last, is_waiting=True)
        found.twice += len(done) - len(set(done))
        found.stuck += scene.look(name) != scene.new
        _run_again(scene, name, found)
        scene.drop(name)
    return found


def _kill(scene: Scene, name: str, doomed: "Sequence[subprocess.Popen[str]]", found: Found) -> None:
    """Kill runs, and count those that had not ended."""
    at_work = scene.others(name) > 0
    for run in doomed:
        found.kills += run.poll() is None
        run.kill()
    found.after_kill["in a transaction"] += at_work
    for run in doomed:
        run.communicate()


def _watch(scene: Scene, name: str, found: Found, until: float) -> None:
    """Look at the schema until a moment, at least once."""
    while True:
        found.looks += 1
        found.between += scene.look(name) not in (scene.old, scene.new)
        left = until - time.monotonic()
        if left <= 0:
            return
        time.sleep(min(left, 0.005))


def _settle(scene: Scene, name: str, found: Found) -> None:
    """Look on until the server has ended what killed clients had begun.

    Raises:
        RuntimeError: If it does not.
    """
    end = time.monotonic() + AGAIN
    while scene.others(name):
        if time.monotonic() > end:
            raise RuntimeError("the server still works for a client that was killed")
        _watch(scene, name, found, until=0)
    _watch(scene, name, found, until=0)


def _run_again(scene: Scene, name: str, found: Found) -> None:
    before = scene.next_transaction(name)
    ran = finished(scene.run(name, max(NEW)), is_waiting=True)
    found.written += bool(ran) or scene.next_transaction(name) != before


def measure(kills: int, seed: int, rows: int) -> Found:
    """Return what becomes of a schema in a database of its own."""
    with running_database() as host, tempfile.TemporaryDirectory() as folder:
        return kill_migrations(Scene(host, Path(folder), rows), kills, seed)


def main(arguments: Sequence[str] | None = None) -> int:
    """Say what came of it; return 1 where a schema was between two releases."""
    parser = argparse.ArgumentParser(prog="python -m bench.migrations", description=__doc__.split("\n")[0])
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rows", type=int, default=20_000)
    given = parser.parse_args(arguments)
    found = measure(given.kills, given.seed, given.rows)
    sys.stdout.write(f"{found}\n")
    return 0 if found.is_good else 1


if __name__ == "__main__":
    sys.exit(main())

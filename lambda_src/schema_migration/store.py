"""The schema of a database, and the table in it that says which migrations it has."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import psycopg
from aws_lambda_powertools import Logger

from schema_migration.domain import Migration, RefusedMigrationError, pending

logger = Logger(child=True)

TABLE = "wellmade_migrations"
LOCK = 0x5765_6C6C_6D61_6465
"""Of all who migrate this database: an advisory lock has one number."""
PAUSE = 2.0
"""Seconds between attempts: others who wait for the same tables go first."""
IDLE_SECONDS = 60
"""After which the server ends a transaction whose client is gone, such as a function that was cut off."""
_SINCE = 170_000
"""The first version that bounds a whole transaction."""
_STAYS = ("55000", "55P04")
"""Errors that no waiting ends, though psycopg has them among those of a busy database: what is altered is not
in the state for it, and a value of an enumeration cannot be used by the transaction that adds it."""
_SQL = "42"
"""How codes of errors begin that a migration's text is the reason for, and whose messages hold no data."""

DEFINITION = f"""
create table {TABLE} (
    name text primary key,
    checksum text not null,
    run_at timestamptz not null default now()
)
"""
IN_USE = """
select exists (
    select from pg_class join pg_namespace on pg_namespace.oid = relnamespace
    where relkind in ('r', 'p', 'v', 'm', 'f') and relname <> %s
    and nspname <> 'information_schema' and nspname not like 'pg\\_%%'
    and not exists (select from pg_depend where objid = pg_class.oid and deptype = 'e')
)
"""
"""Without what extensions bring."""


@dataclass(frozen=True, slots=True)
class Schema:
    """A database whose schema is always that of one release: the old one, or the new one.

    All that is pending is run in one transaction, under a lock that ends with it: who is killed leaves
    nothing behind, and of two at once one waits and then finds nothing to do.
    """

    connect: Callable[[], "psycopg.Connection[Any]"]
    lock_seconds: float
    """How long a statement may wait for a table: as long, all who come after it wait behind it."""
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep

    def migrate(self, migrations: Sequence[Migration], released: str | None, deadline: float) -> list[str]:
        """Run what is pending and return its names; try again while tables or the database are busy or away.

        Args:
            migrations: All of this release.
            released: The last one of the release that runs now.
            deadline: By the clock, when the transaction must have ended.

        Raises:
            RefusedMigrationError: If they do not go with the database, or a statement of them fails.
            psycopg.OperationalError: If the database was busy or away until the deadline.
        """
        while True:
            try:
                with self.connect() as connection:
                    return self._once(connection, migrations, released, deadline)
            except psycopg.OperationalError as error:
                logger.warning("the schema waits to be migrated", extra={"reason": reason_of(error)})
                if self.clock() + PAUSE >= deadline:
                    raise
            self.sleep(PAUSE)

    def _once(
        self,
        connection: "psycopg.Connection[Any]",
        migrations: Sequence[Migration],
        released: str | None,
        deadline: float,
    ) -> list[str]:
        """Run what is pending in one transaction, which the connection commits."""
        left = max(deadline - self.clock(), 1.0)
        _bound(connection, lock_timeout=left, statement_timeout=left)
        connection.execute("select pg_advisory_xact_lock(%s)", (LOCK,))
        found = pending(migrations, _applied(connection), released, in_use=_has_tables(connection))
        if found:
            _bound(connection, lock_timeout=self.lock_seconds)
            _run(connection, found)
        return [each.name for each in found]


def _bound(connection: "psycopg.Connection[Any]", **seconds: float) -> None:
    """Bound what the transaction may take, until its end alone: another client gets the connection next."""
    bounds = {**seconds, "idle_in_transaction_session_timeout": IDLE_SECONDS}
    if connection.info.server_version >= _SINCE and "statement_timeout" in seconds:
        bounds["transaction_timeout"] = seconds["statement_timeout"]
    for name, value in bounds.items():
        connection.execute("select set_config(%s, %s, true)", (name, f"{round(value * 1000)}ms"))


def _applied(connection: "psycopg.Connection[Any]") -> dict[str, str]:
    """Return the checksums of what was run, by name; nothing is written where there is no table."""
    if not _is_there(connection):
        return {}
    return dict(connection.execute(f"select name, checksum from {TABLE}").fetchall())  # noqa: S608 - our own name


def _is_there(connection: "psycopg.Connection[Any]") -> bool:
    """Tell whether the database has the table of migrations."""
    [exists] = connection.execute("select to_regclass(%s) is not null", (TABLE,)).fetchone() or [False]
    return bool(exists)


def _has_tables(connection: "psycopg.Connection[Any]") -> bool:
    """Tell whether anybody has made tables, or the views of one, in the database."""
    [exists] = connection.execute(IN_USE, (TABLE,)).fetchone() or [False]
    return bool(exists)


def _run(connection: "psycopg.Connection[Any]", migrations: Sequence[Migration]) -> None:
    if not _is_there(connection):
        connection.execute(DEFINITION)
    for each in migrations:
        try:
            connection.execute(each.sql)
        except psycopg.Error as error:
            if isinstance(error, psycopg.OperationalError) and error.sqlstate not in _STAYS:
                raise
            raise RefusedMigrationError(f"{each.name}: {reason_of(error)}") from None
        connection.execute(
            f"insert into {TABLE} (name, checksum) values (%s, %s)",  # noqa: S608 - our own name
            (each.name, each.checksum),
        )


def reason_of(error: psycopg.Error) -> str:
    """Return what an error says of the schema, and nothing of the data."""
    told, kind = error.diag, type(error).__name__
    named = [
        f"{what} {name}"
        for what, name in (
            ("table", told.table_name),
            ("column", told.column_name),
            ("constraint", told.constraint_name),
        )
        if name
    ]
    said = told.message_primary if (error.sqlstate or "").startswith(_SQL) else None
    return ", ".join(filter(None, (f"{kind} ({error.sqlstate})", said, *named)))

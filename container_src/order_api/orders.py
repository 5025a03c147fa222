"""Orders in PostgreSQL, with the outbox that the queue is filled from.

An order and the intention to send it are one row, so that neither is ever kept without the other: a row
whose message was not sent, because the queue was away or the process was killed in between, is sent by the
relay later. It may be sent twice; the worker takes it once.
"""

from collections.abc import Callable
from typing import Any

import boto3
import psycopg
from psycopg.rows import class_row
from psycopg_pool import ConnectionPool

from order_api.domain import Order
from order_api.settings import DatabaseSettings

Send = Callable[[str], object]

SCHEMA = """
create table if not exists orders (
    order_id text primary key,
    customer text not null,
    amount_cents bigint not null,
    placed_at timestamptz not null default now(),
    sent_at timestamptz
);
create index if not exists orders_unsent on orders (placed_at) where sent_at is null;
"""
RELAY_BATCH = 100


class Orders:
    """The table of orders."""

    def __init__(self, settings: DatabaseSettings) -> None:
        self._settings = settings
        self._pool = ConnectionPool(
            kwargs=self._login,
            min_size=1,
            max_size=settings.pool_size,
            # Under the load balancer's patience: who waits longer is told so.
            timeout=5,
            max_lifetime=600,
            check=ConnectionPool.check_connection,
            open=False,
        )

    def open(self) -> None:
        """Begin to connect, without waiting: the process must live while the database is away."""
        self._pool.open(wait=False)

    def close(self) -> None:
        """Give every connection back."""
        self._pool.close()

    def prepare(self) -> None:
        """Define the table where it is missing; of two processes at once, one waits for the other."""
        with self._pool.connection() as connection:
            connection.execute("select pg_advisory_xact_lock(1)")
            connection.execute(SCHEMA)

    def answers(self) -> bool:
        """Tell whether the database answers."""
        try:
            with self._pool.connection(timeout=2) as connection:
                connection.execute("select 1")
        except psycopg.Error:
            return False
        return True

    def place(self, order: Order) -> bool:
        """Keep an order and return True, or False where the same number was kept before."""
        with self._pool.connection() as connection:
            kept = connection.execute(
                "insert into orders (order_id, customer, amount_cents) values (%s, %s, %s) "
                "on conflict (order_id) do nothing",
                (order.order_id, order.customer, order.amount_cents),
            )
            return kept.rowcount == 1

    def find(self, order_id: str) -> Order | None:
        """Return an order by its number."""
        with self._pool.connection() as connection:
            cursor = connection.cursor(row_factory=class_row(Order))
            return cursor.execute(
                "select order_id, customer, amount_cents from orders where order_id = %s", (order_id,)
            ).fetchone()

    def send_unsent(self, send: Send) -> int:
        """Send what was kept and not sent, each row by one process at a time, and return how many."""
        with self._pool.connection() as connection:
            rows = (
                connection.cursor(row_factory=class_row(Order))
                .execute(
                    "select order_id, customer, amount_cents from orders where sent_at is null "
                    "order by placed_at limit %s for update skip locked",
                    (RELAY_BATCH,),
                )
                .fetchall()
            )
            for order in rows:
                send(order.message())
                connection.execute("update orders set sent_at = now() where order_id = %s", (order.order_id,))
            return len(rows)

    def _login(self) -> dict[str, Any]:
        """Return what to connect with; asked before each connection, since a token lives 15 minutes."""
        to = self._settings
        where: dict[str, Any] = {
            "host": to.host,
            "port": to.port,
            "dbname": to.name,
            "user": to.user,
            "connect_timeout": 5,
            "sslmode": to.tls,
        }
        if to.tls == "disable":
            return where
        token = boto3.client("rds").generate_db_auth_token(
            DBHostname=to.host, Port=to.port, DBUsername=to.user
        )
        return {**where, "password": token, "sslrootcert": to.authorities}

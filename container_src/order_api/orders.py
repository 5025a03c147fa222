"""Orders in PostgreSQL, with the outbox that the queue is filled from.

An order and the intention to send it are one row, so that neither is ever kept without the other: a row
whose message was not sent, because the queue was away or the process was killed in between, is sent by the
relay later. It may be sent twice; the worker takes it once. An order's number belongs to its customer: two
customers who choose the same have two orders. The table is that of the `migrations` beside this module.
"""

from collections.abc import Callable, Sequence
from typing import Any

import boto3
import psycopg
from psycopg.rows import class_row
from psycopg_pool import ConnectionPool

from order_api.domain import Order, OtherOrderError
from order_api.settings import DatabaseSettings

Send = Callable[[Sequence[str]], Sequence[bool]]
"""Sends messages and says of each whether it was sent."""

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
        """Give every connection back; one in use is left after two seconds."""
        self._pool.close(timeout=2)

    def answers(self) -> bool:
        """Tell whether the database answers."""
        try:
            with self._pool.connection(timeout=2) as connection:
                connection.execute("select 1")
        except psycopg.Error:
            return False
        return True

    def place(self, order: Order) -> bool:
        """Keep an order and return True, or False where the customer's same order was kept before.

        Raises:
            OtherOrderError: If the customer has another order of this number; it stays as it is.
        """
        with self._pool.connection() as connection:
            inserted = connection.execute(
                "insert into orders (order_id, customer, amount_cents) values (%s, %s, %s) "
                "on conflict (customer, order_id) do nothing",
                (order.order_id, order.customer, order.amount_cents),
            )
            if inserted.rowcount == 1:
                return True
            if _find(connection, order.customer, order.order_id) != order:
                raise OtherOrderError
            return False

    def find(self, customer: str, order_id: str) -> Order | None:
        """Return an order of a customer by its number."""
        with self._pool.connection() as connection:
            return _find(connection, customer, order_id)

    def send_unsent(self, send: Send) -> int:
        """Send some of what was not sent, each row by one process at a time, and return how many were."""
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
            outcomes = send([order.message() for order in rows]) if rows else []
            sent = [order for order, is_sent in zip(rows, outcomes, strict=True) if is_sent]
            connection.cursor().executemany(
                "update orders set sent_at = now() where customer = %s and order_id = %s",
                [(order.customer, order.order_id) for order in sent],
            )
            return len(sent)

    def unsent(self) -> int:
        """Return how many orders wait to be sent."""
        with self._pool.connection() as connection:
            found = connection.execute("select count(*) from orders where sent_at is null").fetchone()
            return int(found[0]) if found else 0

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


def _find(connection: psycopg.Connection[Any], customer: str, order_id: str) -> Order | None:
    return (
        connection.cursor(row_factory=class_row(Order))
        .execute(
            "select order_id, customer, amount_cents from orders where customer = %s and order_id = %s",
            (customer, order_id),
        )
        .fetchone()
    )

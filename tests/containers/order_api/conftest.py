"""The service in this process, with a real database and a real cache."""

import os
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from order_api.app import Api
from order_api.orders import Orders
from order_api.sessions import Sessions
from order_api.settings import Settings
from tests.database import migrate_orders


@pytest.fixture
def settings(queue_url: str, database: Path, cache: int, monkeypatch: pytest.MonkeyPatch) -> Settings:
    for name, value in {
        "QUEUE_URL": queue_url,
        "DATABASE_HOST": str(database),
        "DATABASE_TLS": "disable",
        "DATABASE_POOL_SIZE": "2",
        "CACHE_HOST": "127.0.0.1",
        "CACHE_PORT": str(cache),
        "CACHE_TLS": "off",
    }.items():
        monkeypatch.setenv(name, value)
    return Settings.of(os.environ)


@pytest.fixture
def orders(settings: Settings) -> Iterator[Orders]:
    migrate_orders(Path(settings.database.host))
    orders = Orders(settings.database)
    orders.open()
    with psycopg.connect(host=settings.database.host, user="app", dbname="app") as connection:
        connection.execute("truncate orders")
    yield orders
    orders.close()


@pytest.fixture
def api(settings: Settings, orders: Orders) -> Iterator[Api]:
    sessions = Sessions(settings.cache)
    yield Api(orders, sessions)
    sessions.close()

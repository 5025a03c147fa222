"""One simulated AWS for the handlers' tests, emptied between them; handlers build their clients once."""

import json
import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import psycopg
import pytest
import redis
from hypothesis import HealthCheck, settings
from moto import mock_aws
from moto.core.botocore_stubber import BotocoreStubber

from tests.cache import running_cache
from tests.database import running_database
from tests.handlers.support import EXAMPLES, Aws, Inbox, client, import_handler
from wellmade.kit.packaging import bundled_handlers

# The same cases everywhere, and none of them fails because a machine is slow.
# `python -m bench histories` asks for many more of them.
settings.register_profile(
    "handlers",
    deadline=None,
    derandomize=True,
    database=None,
    max_examples=int(os.environ.get(EXAMPLES, "100")),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("handlers")


@pytest.fixture(scope="module")
def simulated_aws() -> Iterator[Any]:
    """Answer one call at a time, as DynamoDB does for each item; moto alone reads and writes in two steps."""
    one_at_a_time = threading.RLock()
    answer = BotocoreStubber.__call__

    def locked(stubber: BotocoreStubber, *args: Any, **kwargs: Any) -> Any:
        with one_at_a_time:
            return answer(stubber, *args, **kwargs)

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        patch.setattr(BotocoreStubber, "__call__", locked)
        with mock_aws() as aws:
            yield aws


@pytest.fixture
def aws(simulated_aws: Any) -> Aws:
    """An empty AWS but for a table of claims."""
    simulated_aws.reset()
    aws = Aws()
    aws.table("claims", id="S")
    return aws


LARGE_FILES = {
    "LARGE_FILES_STATE_MACHINE_ARN": "arn:aws:states:us-east-1:123456789012:stateMachine:large-files",
    "LARGE_FILES_ABOVE_BYTES": "300000",
    "LARGE_FILES_SUFFIXES": '[".xml"]',
}
"""What a `SizeRouter` tells the handler of receipts, as its stack has one."""


@pytest.fixture
def pipeline(aws: Aws) -> Callable[[str], ModuleType]:
    """Import a handler of arriving files, with its buckets and table."""

    def handler(package: str) -> ModuleType:
        for bucket in ("inbox", "results", "quarantine"):
            aws.bucket(bucket)
        aws.table("rows", pk="S", sk="N")
        routed = LARGE_FILES if package == "file_receipts" else {}
        return import_handler(
            package, TABLE_NAME="rows", RESULTS_BUCKET="results", QUARANTINE_BUCKET="quarantine", **routed
        )

    return handler


@pytest.fixture
def ingest(pipeline: Callable[[str], ModuleType]) -> ModuleType:
    """The handler that loads files."""
    return pipeline("tabular_ingest")


@pytest.fixture
def photos(pipeline: Callable[[str], ModuleType]) -> Inbox:
    """Where photographs are dropped and their messages handled."""
    inbox = Inbox(pipeline("thumbnailer"))
    inbox.keep_versions()
    return inbox


@pytest.fixture
def plain_inbox(ingest: ModuleType) -> Inbox:
    """A bucket without versions, which the pipeline does not deploy but a user's may be."""
    return Inbox(ingest)


@pytest.fixture
def inbox(plain_inbox: Inbox) -> Inbox:
    """Where files are dropped and their messages handled, with versions as the pipeline deploys it."""
    plain_inbox.keep_versions()
    return plain_inbox


def with_table(aws: Aws, package: str, table: str) -> ModuleType:
    """Import a handler whose one table has the key `pk`, and create that."""
    aws.table(table, pk="S")
    return import_handler(package, TABLE_NAME=table)


@pytest.fixture
def orders(aws: Aws) -> ModuleType:
    return with_table(aws, "order_worker", "orders")


@pytest.fixture
def release_hook(aws: Aws) -> ModuleType:
    """What asks a new version before it gets traffic."""
    del aws
    return import_handler("release_check", **RELEASE)


RELEASE = {
    "RELEASED_VERSION": "arn:aws:lambda:us-east-1:123456789012:function:CatalogHandler:7",
    "RELEASE_ANSWER_SECONDS": "30",
    "RELEASE_CHECK": '{"event": {"routeKey": "GET /"}, "answer": {"statusCode": 200, "headers": {"a": "b"}}}',
}
"""What a `CanaryRelease` tells the function that asks."""
PAYOUTS = {"TABLE_NAME": "payouts", "TRANSFERS_TABLE_NAME": "transfers", "SECRET_ARN": "signing"}


@pytest.fixture
def payouts(aws: Aws) -> ModuleType:
    """The handler that pays out, with its log and the transfers."""
    aws.due_table("payouts")
    aws.table("transfers", pk="S")
    client("secretsmanager").create_secret(Name="signing", SecretString='{"key": "for this test"}')
    return import_handler("payout_worker", **PAYOUTS)


@pytest.fixture
def reconciliation(payouts: ModuleType, aws: Aws) -> ModuleType:  # noqa: ARG001 - whose tables it works on
    """The job that finishes payouts, beside the handler that leaves them pending."""
    aws.table("leases", pk="S")
    return import_handler("reconciliation", **PAYOUTS, LEASE_TABLE="leases")


@pytest.fixture
def cleanup(aws: Aws) -> ModuleType:
    """The job that deletes expired carts."""
    aws.due_table("carts")
    aws.table("leases", pk="S")
    return import_handler("cart_cleanup", TABLE_NAME="carts", LEASE_TABLE="leases")


@pytest.fixture
def matching(aws: Aws) -> ModuleType:
    """The job that compares photographs with what they became."""
    for bucket in ("inbox", "results", "quarantine"):
        aws.bucket(bucket)
    aws.table("rows", pk="S", sk="N")
    aws.table("leases", pk="S")
    return import_handler(
        "photo_reconciliation",
        TABLE_NAME="rows",
        LEASE_TABLE="leases",
        INBOX_BUCKET="inbox",
        INBOX_PREFIX="incoming/",
        RESULTS_BUCKET="results",
        QUARANTINE_BUCKET="quarantine",
    )


@pytest.fixture
def ledger(aws: Aws) -> ModuleType:
    aws.table("ledger", pk="S", sk="S")
    return import_handler("ledger_worker", TABLE_NAME="ledger")


@pytest.fixture
def intake(aws: Aws) -> ModuleType:
    """The handler that takes orders, with its table, the bus that it tells them on and a queue that listens."""
    aws.listen("shop")
    aws.table("numbers", id="S")
    return import_handler("order_intake", EVENT_BUS_NAME="shop", TABLE_NAME="numbers")


@pytest.fixture(params=["stock_demand", "sales_figures", "order_notifier"])
def consumer(aws: Aws, request: pytest.FixtureRequest) -> ModuleType:
    """Each of the handlers that consume orders."""
    return with_table(aws, request.param, request.param)


@pytest.fixture
def stock(aws: Aws) -> ModuleType:
    return with_table(aws, "stock_demand", "stock_demand")


@pytest.fixture
def sales(aws: Aws) -> ModuleType:
    return with_table(aws, "sales_figures", "sales_figures")


@pytest.fixture
def notifier(aws: Aws) -> ModuleType:
    return with_table(aws, "order_notifier", "order_notifier")


@pytest.fixture
def clicks(aws: Aws) -> ModuleType:
    """The handler that takes clicks, with its stream."""
    aws.stream("clicks")
    return import_handler("click_intake", STREAM_NAME="clicks")


@pytest.fixture
def counters(aws: Aws) -> ModuleType:
    return with_table(aws, "click_counters", "counters")


@pytest.fixture
def scores(aws: Aws) -> ModuleType:
    return with_table(aws, "fraud_score", "scores")


@pytest.fixture
def cases(aws: Aws) -> ModuleType:
    return with_table(aws, "case_opener", "cases")


@pytest.fixture
def reservations(aws: Aws) -> ModuleType:
    return with_table(aws, "stock_reservation", "stock")


@pytest.fixture
def parcels(aws: Aws) -> ModuleType:
    return with_table(aws, "parcel_shipping", "parcels")


@pytest.fixture
def payments(aws: Aws) -> ModuleType:
    return with_table(aws, "payment_worker", "payments")


def with_jobs(aws: Aws, package: str, **environment: str) -> ModuleType:
    """Import a handler that tells callers how their jobs stand, and create the table of jobs."""
    aws.table("jobs", id="S")
    told = {"JOBS_TABLE_NAME": "jobs", "JOBS_TTL_SECONDS": "100", "JOBS_LEASE_SECONDS": "0"}
    return import_handler(package, **told, **environment)


@pytest.fixture
def reports(aws: Aws) -> ModuleType:
    aws.table("products", sku="S")
    return with_jobs(aws, "report_worker", TABLE_NAME="products")


@pytest.fixture
def catalog(aws: Aws) -> ModuleType:
    aws.table("products", sku="S")
    return import_handler("product_catalog", TABLE_NAME="products")


@pytest.fixture
def regional(aws: Aws) -> ModuleType:
    """The handler of one side of two regions, where each tenant is written at home."""
    aws.table("orders", pk="S")
    return import_handler(
        "regional_orders", TABLE_NAME="orders", REGION_SIDE="primary", WRITES_AT_HOME="true"
    )


@pytest.fixture
def portal(aws: Aws) -> ModuleType:
    """The handler that lets senders upload, with its bucket and table."""
    aws.bucket("inbox")
    aws.table("uploads", pk="S")
    return import_handler(
        "upload_portal",
        API_AUTHORIZER="jwt",
        INBOX_BUCKET="inbox",
        INBOX_PREFIX="incoming/",
        UPLOADS_TABLE_NAME="uploads",
        UPLOAD_URL_SECONDS="900",
        UPLOAD_MAX_BYTES=str(5 * 1024**3),
        UPLOAD_CONTENT_TYPES='{"text/csv": ".csv", "application/x-ndjson": ".jsonl"}',
    )


@pytest.fixture(scope="session")
def cache() -> Iterator[int]:
    """The port on loopback on which a cache listens."""
    with running_cache() as port:
        yield port


@pytest.fixture
def scoring(aws: Aws, cache: int) -> ModuleType:
    """The handler that scores payments, with its table and an empty cache; its lookups have all the time."""
    aws.table("profiles", pk="S")
    with redis.Redis(port=cache) as client:
        client.flushall()
    all_time = {"timeout": 30, "attempts": 1}
    return import_handler(
        "payment_score",
        TABLE_NAME="profiles",
        LOOKUPS=json.dumps({"profile": all_time, "velocity": all_time}),
        CACHE_HOST="127.0.0.1",
        CACHE_PORT=str(cache),
        CACHE_TLS="off",
    )


@pytest.fixture(scope="session")
def database() -> Iterator[Path]:
    """The directory of the socket on which a database called `app` listens."""
    with running_database() as directory:
        yield directory


@pytest.fixture
def migrations(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of migrations, as their layer brings it."""
    folder = tmp_path / "migrations"
    folder.mkdir()
    monkeypatch.syspath_prepend(tmp_path)
    return folder


@pytest.fixture
def emptied(database: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """What a handler is told of an empty database."""
    told = {
        "DATABASE_HOST": str(database),
        "DATABASE_READER_HOST": str(database),
        "DATABASE_PORT": "5432",
        "DATABASE_NAME": "app",
        "DATABASE_USER": "app",
        "DATABASE_TLS": "disable",
    }
    for name, value in told.items():
        monkeypatch.setenv(name, value)
    with psycopg.connect(host=str(database), user="app", dbname="app") as connection:
        connection.execute("drop schema public cascade; create schema public")
    return told


@pytest.fixture
def migrating(emptied: dict[str, str], migrations: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The function that migrates a schema, with an empty database."""
    told = {**emptied, "MIGRATIONS_FOLDER": migrations.name, "MIGRATION_LOCK_SECONDS": "5"}
    for name, value in told.items():
        monkeypatch.setenv(name, value)
    return import_handler("schema_migration", **told)


@pytest.fixture
def accounts(emptied: dict[str, str]) -> ModuleType:
    """The handler that books entries, with its schema."""
    [file] = (bundled_handlers() / "account_ledger" / "migrations").glob("*.sql")
    with psycopg.connect(host=emptied["DATABASE_HOST"], user="app", dbname="app") as connection:
        connection.execute(file.read_text())
    return import_handler("account_ledger", **emptied)


@pytest.fixture
def invoicing(aws: Aws) -> ModuleType:
    return with_table(aws, "invoice_writer", "invoices")


@pytest.fixture
def lookup(aws: Aws) -> ModuleType:
    aws.table("invoices", pk="S")
    return import_handler("invoice_lookup", TABLE_NAME="invoices")


@pytest.fixture
def failures(aws: Aws) -> ModuleType:
    """The handler that tells callers that their jobs have failed, and the queue in which it keeps them."""
    url = client("sqs").create_queue(QueueName="kept")["QueueUrl"]
    return with_jobs(aws, "job_failures", QUEUE_URL=url)


@pytest.fixture
def asking(aws: Aws) -> ModuleType:
    """The handler that asks people, with the topic that tells them."""
    aws.table("questions", pk="S")
    topic = client("sns").create_topic(Name="questions")["TopicArn"]
    return import_handler("approval_ask", TABLE_NAME="questions", TOPIC_ARN=topic, KEPT_SECONDS="100")


@pytest.fixture
def answering(aws: Aws) -> ModuleType:
    return with_table(aws, "approval_answer", "questions")

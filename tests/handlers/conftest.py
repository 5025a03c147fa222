"""One simulated AWS for the handlers' tests, emptied between them; handlers build their clients once."""

import threading
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import pytest
from hypothesis import settings
from moto import mock_aws
from moto.core.botocore_stubber import BotocoreStubber

from tests.handlers.support import Aws, Inbox, import_handler

# The same cases everywhere, and none of them fails because a machine is slow.
settings.register_profile("handlers", deadline=None, derandomize=True, database=None)
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


@pytest.fixture
def pipeline(aws: Aws) -> Callable[[str], ModuleType]:
    """Import a handler of arriving files, with its buckets and table."""

    def handler(package: str) -> ModuleType:
        for bucket in ("inbox", "results", "quarantine"):
            aws.bucket(bucket)
        aws.table("rows", pk="S", sk="N")
        return import_handler(
            package, TABLE_NAME="rows", RESULTS_BUCKET="results", QUARANTINE_BUCKET="quarantine"
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


@pytest.fixture
def orders(aws: Aws) -> ModuleType:
    aws.table("orders", pk="S")
    return import_handler("order_worker", TABLE_NAME="orders")


@pytest.fixture
def ledger(aws: Aws) -> ModuleType:
    aws.table("ledger", pk="S", sk="S")
    return import_handler("ledger_worker", TABLE_NAME="ledger")

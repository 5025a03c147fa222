"""A real PostgreSQL and a real Redis, without installing either, and one simulated AWS."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from tests.cache import running_cache
from tests.database import running_database
from tests.handlers.support import Aws


@pytest.fixture(scope="session")
def database() -> Iterator[Path]:
    """The directory of the socket on which a database called `app` listens."""
    with running_database() as directory:
        yield directory


@pytest.fixture(scope="session")
def cache() -> Iterator[int]:
    """The port on loopback on which a cache listens."""
    with running_cache() as port:
        yield port


@pytest.fixture
def aws() -> Iterator[Aws]:
    """An empty AWS."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        with mock_aws() as simulated:
            # Another folder's may still be there in this process, and they are one.
            simulated.reset()
            yield Aws()


@pytest.fixture
def queue_url(aws: Aws) -> str:  # noqa: ARG001 - it must be there first
    """A queue whose messages are set aside after the third delivery."""
    sqs: Any = boto3.client("sqs")
    aside = sqs.create_queue(QueueName="aside")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=aside, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    redrive = f'{{"deadLetterTargetArn": "{arn}", "maxReceiveCount": 3}}'
    return str(sqs.create_queue(QueueName="orders", Attributes={"RedrivePolicy": redrive})["QueueUrl"])

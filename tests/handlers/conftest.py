"""One simulated AWS for the handlers' tests, emptied between them."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

ENVIRONMENT = {
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "POWERTOOLS_SERVICE_NAME": "tests",
    "RESULTS_BUCKET": "results",
    "QUARANTINE_BUCKET": "quarantine",
    "TABLE_NAME": "rows",
    "IDEMPOTENCY_TABLE": "claims",
}


class Context:
    """What a handler sees of its invocation."""

    function_name = "function"
    memory_limit_in_mb = 256
    invoked_function_arn = "arn:aws:lambda:us-east-1:000000000000:function:function"
    aws_request_id = "00000000-0000-0000-0000-000000000000"

    def __init__(self, remaining: int = 60_000) -> None:
        self.remaining = remaining

    def get_remaining_time_in_millis(self) -> int:
        return self.remaining


@pytest.fixture(scope="module", autouse=True)
def simulated_aws() -> Iterator[Any]:
    """Start before any handler is imported, because that builds its clients."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in ENVIRONMENT.items():
            patch.setenv(name, value)
        with mock_aws() as aws:
            yield aws


@pytest.fixture(autouse=True)
def resources(simulated_aws: Any) -> None:
    simulated_aws.reset()
    s3 = boto3.client("s3")
    for bucket in ("inbox", "results", "quarantine"):
        s3.create_bucket(Bucket=bucket)
    create_table("rows", pk="S", sk="N")
    create_table("claims", id="S")


def create_table(name: str, **keys: str) -> None:
    boto3.client("dynamodb").create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": key, "AttributeType": kind} for key, kind in keys.items()],
        KeySchema=[
            {"AttributeName": key, "KeyType": role}
            for key, role in zip(keys, ("HASH", "RANGE"), strict=False)
        ],
    )

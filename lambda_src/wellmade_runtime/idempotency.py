"""Settings of Powertools' idempotency: which delivery works on what, and what has been done already."""

import os
from typing import TYPE_CHECKING

from aws_lambda_powertools.utilities.idempotency import DynamoDBPersistenceLayer, IdempotencyConfig

from wellmade_runtime.variables import IDEMPOTENCY_TABLE, IDEMPOTENCY_TTL_SECONDS

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

LONGEST_DELIVERY = 29 * 24 * 60 * 60
"""A day more than SQS can keep a message, 14 days in a queue and, sent back, as long again: no duplicate
outlives its record."""


def record_ttl() -> int:
    """Return for how many seconds a record is kept, as `IDEMPOTENCY_TTL_SECONDS` says. Default: 29 days."""
    return int(os.environ.get(IDEMPOTENCY_TTL_SECONDS, LONGEST_DELIVERY))


def idempotency_config(*, key: str = "", payload: str = "") -> IdempotencyConfig:
    """Return the settings; register each invocation's context with them.

    The context makes a record in progress end with its invocation, so that a redelivery can finish
    what a crash left behind. `IDEMPOTENCY_TTL_SECONDS` says how long a finished record is kept.
    Default: 29 days.

    Args:
        key: JMESPath of what identifies the work. Default: all of it.
        payload: JMESPath of what two deliveries of the same work must agree on. Default: nothing.
    """
    return IdempotencyConfig(
        event_key_jmespath=key,
        payload_validation_jmespath=payload,
        expires_after_seconds=record_ttl(),
        hash_function="sha256",
    )


def idempotency_store(client: "DynamoDBClient") -> DynamoDBPersistenceLayer:
    """Return the records, kept in the table that `IDEMPOTENCY_TABLE` names."""
    return DynamoDBPersistenceLayer(os.environ[IDEMPOTENCY_TABLE], boto3_client=client)

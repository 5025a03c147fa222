"""Claims: which delivery works on what, and what has been done already."""

import os
from typing import TYPE_CHECKING

from aws_lambda_powertools.utilities.idempotency import DynamoDBPersistenceLayer, IdempotencyConfig

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

FIFTEEN_DAYS = 15 * 24 * 60 * 60
"""A day more than SQS can keep a message, so that no duplicate outlives its claim."""


def claims_config(*, key: str = "", same: str = "") -> IdempotencyConfig:
    """Return the settings of claims; register each invocation's context with them.

    The context makes a claim end with the invocation that holds it, so that a redelivery can finish
    what a crash left behind. `IDEMPOTENCY_TTL_SECONDS` says how long a finished claim is kept.
    Default: 15 days.

    Args:
        key: JMESPath of what identifies the work. Default: all of it.
        same: JMESPath of what two deliveries of the same work must agree on. Default: nothing.
    """
    return IdempotencyConfig(
        event_key_jmespath=key,
        payload_validation_jmespath=same,
        expires_after_seconds=int(os.environ.get("IDEMPOTENCY_TTL_SECONDS", FIFTEEN_DAYS)),
        hash_function="sha256",
    )


def claims_table(client: "DynamoDBClient") -> DynamoDBPersistenceLayer:
    """Return the claims kept in the table that `IDEMPOTENCY_TABLE` names."""
    return DynamoDBPersistenceLayer(os.environ["IDEMPOTENCY_TABLE"], boto3_client=client)

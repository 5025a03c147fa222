"""Items written to a table in batches, with what DynamoDB leaves unprocessed tried again."""

import random
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import WriteRequestOutputTypeDef, WriteRequestTypeDef

BATCH = 25
"""Most items that one BatchWriteItem takes."""
ATTEMPTS = 6
"""For items that DynamoDB leaves unprocessed; the waits between them add up to 1.6 s at most."""


class TableBusyError(Exception):
    """The table still refuses items after every attempt; the delivery is to be tried again later."""


def write_batch(client: "DynamoDBClient", table: str, batch: "Sequence[WriteRequestTypeDef]") -> None:
    """Write at most 25 items.

    Raises:
        TableBusyError: If some are left unprocessed after every attempt.
    """
    left: Sequence[WriteRequestTypeDef | WriteRequestOutputTypeDef] = batch
    for attempt in range(ATTEMPTS):
        pause_before(attempt)
        response = client.batch_write_item(RequestItems={table: left})
        left = response["UnprocessedItems"].get(table, [])
        if not left:
            return
    raise TableBusyError(f"{table} left {len(left)} items unprocessed after {ATTEMPTS} attempts")


def pause_before(attempt: int) -> None:
    """Wait before an attempt, the longer the later it is; before the first one not at all."""
    if attempt:
        time.sleep(random.uniform(0, 0.025 * 2**attempt))  # noqa: S311 - spreads retries, hides nothing

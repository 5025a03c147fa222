"""Several writes as one, with other transactions at work on the same items waited for.

This file needs the standard library alone: programs in containers hold a copy of it.
"""

import random
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from botocore.exceptions import ClientError
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

ATTEMPTS = 8
"""While another transaction holds one of the items; the waits between them add up to 1.6 s at most.

DynamoDB cancels such a transaction at once, and no SDK tries it again, since not every reason passes.
Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html
"""


def transact(client: "DynamoDBClient", writes: "Sequence[TransactWriteItemTypeDef]") -> None:
    """Do all of the writes or none.

    Raises:
        TransactionCanceledException: If a condition does not hold, or an item is held after every attempt.
    """
    for attempt in range(1, ATTEMPTS + 1):
        try:
            client.transact_write_items(TransactItems=writes)
        except client.exceptions.TransactionCanceledException as error:
            if attempt == ATTEMPTS or not _only_in_conflict(error):
                raise
        else:
            return
        time.sleep(random.uniform(0, min(0.0125 * 2**attempt, 0.4)))  # noqa: S311 - spreads attempts, hides nothing


def _only_in_conflict(error: "ClientError") -> bool:
    codes = {reason["Code"] for reason in error.response["CancellationReasons"]}
    return "TransactionConflict" in codes and codes <= {"TransactionConflict", "None"}

"""What a job does and the end that its caller reads, in one transaction: both happen, or neither."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from wellmade_runtime.jobs import Done
from wellmade_runtime.transactions import transact

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef


def done_with(result: Mapping[str, Any], writes: "Sequence[TransactWriteItemTypeDef]") -> Done:
    """Return the end of a job that did something.

    The function needs `dynamodb:UpdateItem` and whatever the writes take, on their tables.

    Args:
        result: What the caller reads.
        writes: What is done with the end of the job, at most 99.
    """

    def write(dynamodb: "DynamoDBClient", update: Any) -> None:
        transact(dynamodb, [{"Update": update}, *writes])

    return Done(result, write)

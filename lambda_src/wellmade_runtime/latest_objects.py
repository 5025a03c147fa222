"""Which upload of a file is the latest one, so that a message that comes late overwrites nothing newer."""

import hashlib
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from wellmade_runtime.idempotency import record_ttl
from wellmade_runtime.s3_events import S3Object

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_DIGITS = 64


@dataclass(frozen=True, slots=True)
class LatestObjects:
    """The latest upload by bucket and key, kept in the idempotency table as long as its records.

    S3 numbers the uploads of a key by a sequencer: hexadecimal text, compared after the shorter one is filled
    up with zeros.

    Args:
        dynamodb: The client.
        table: The idempotency table; its partition key is `id`.

    Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
    """

    dynamodb: "DynamoDBClient"
    table: str

    def is_latest(self, source: S3Object) -> bool:
        """Note an upload and return whether none after it was noted; one without sequencer always is."""
        if source.sequencer is None:
            return True
        name = hashlib.sha256(f"{source.bucket}\0{source.key}".encode()).hexdigest()
        try:
            self.dynamodb.update_item(
                TableName=self.table,
                Key={"id": {"S": f"latest#{name}"}},
                UpdateExpression="SET sequencer = :this, expiration = :expires",
                ConditionExpression="attribute_not_exists(sequencer) OR sequencer <= :this",
                ExpressionAttributeValues={
                    ":this": {"S": source.sequencer.upper().ljust(_DIGITS, "0")},
                    ":expires": {"N": str(int(time.time()) + record_ttl())},
                },
            )
        except self.dynamodb.exceptions.ConditionalCheckFailedException:
            return False
        return True

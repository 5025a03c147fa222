"""What is known of accounts: their profiles in a table, their latest payments in a cache."""

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import redis

from payment_score.domain import WINDOW, Payment, Profile
from wellmade_runtime.identity import fingerprint, partition_key

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@dataclass(frozen=True, slots=True)
class Profiles:
    """The table of profiles at `account#<account>`."""

    dynamodb: "DynamoDBClient"
    table: str

    def find(self, account: str) -> Profile | None:
        """Return an account's profile; None where there is none yet. What is seconds old is good enough."""
        key = {"pk": {"S": partition_key("account", account)}}
        item = self.dynamodb.get_item(TableName=self.table, Key=key).get("Item")
        return Profile(item["country"]["S"], int(item["typical_cents"]["N"])) if item else None


@dataclass(frozen=True, slots=True)
class LatestPayments:
    """The cache of the payments of each window, at `velocity:<account>:<number of the window>`."""

    cache: "redis.Redis"
    clock: Callable[[], float] = time.time

    def add(self, payment: Payment) -> int:
        """Note a payment, and return how many the account makes in this window and made in the one before.

        The same payment counts once, however often its caller asks; another one of its number counts, too.
        """
        window = int(self.clock() // WINDOW)
        now, before = (f"velocity:{payment.account}:{each}" for each in (window, window - 1))
        # One round trip; the user of the cache may not begin transactions, and none is needed.
        pipeline = self.cache.pipeline(transaction=False)
        pipeline.sadd(now, fingerprint(asdict(payment)))
        pipeline.expire(now, 2 * WINDOW)
        pipeline.sunion([now, before])
        return len(pipeline.execute()[2])

    def open(self) -> None:
        """Open a connection."""
        self.cache.ping()

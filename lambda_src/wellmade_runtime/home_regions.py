"""The home region of a tenant: the one side of a pair of regions where it is written.

Half of the tenants live on each side, by their names; a tenant that was moved is where its item says. Reads
need no home. An item of a moved tenant is `{<key>: "home#<tenant>", "side": "secondary", "version": 1}`.
"""

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

SIDES = ("primary", "secondary")


class ElsewhereError(Exception):
    """The tenant is written on the other side: send it there."""

    def __init__(self, home: str) -> None:
        super().__init__(f"its home is the {home} side")
        self.home = home


class MovedError(Exception):
    """The tenant is no longer where whoever moves it believes: read its home again."""


@dataclass(frozen=True, slots=True)
class HomeRegions:
    """Which side writes a tenant.

    Args:
        dynamodb: Client of this region.
        table: The replica of this region.
        key: Name of its partition key, which it has alone.
        side: Which side this is, as `REGION_SIDE` says.
    """

    dynamodb: "DynamoDBClient"
    table: str
    key: str
    side: str

    def home_of(self, tenant: str) -> str:
        """Return the side on which a tenant is written."""
        return str(self._moved(tenant).get("side", {}).get("S", first_home(tenant)))

    def require_here(self, tenant: str) -> None:
        """Raise where a tenant is not written on this side.

        Raises:
            ElsewhereError: With the side where it is.
        """
        home = self.home_of(tenant)
        if home != self.side:
            raise ElsewhereError(home)

    def move(self, tenant: str, *, to: str) -> None:
        """Let a tenant be written on another side from now on; where it is already, nothing changes.

        Call it on the side that it moves to: after the other one has failed, or once callers are kept from
        writing and the latency of replication has passed.

        Raises:
            MovedError: If somebody else moves it just now.
        """
        moved = self._moved(tenant)
        if moved.get("side", {}).get("S", first_home(tenant)) == to:
            return
        version = int(moved.get("version", {}).get("N", "0"))
        item: dict[str, Any] = {
            self.key: {"S": f"home#{tenant}"},
            "side": {"S": to},
            "version": {"N": str(version + 1)},
        }
        try:
            self.dynamodb.put_item(
                TableName=self.table,
                Item=item,
                ConditionExpression="attribute_not_exists(#version) OR #version = :version",
                ExpressionAttributeNames={"#version": "version"},
                ExpressionAttributeValues={":version": {"N": str(version)}},
            )
        except self.dynamodb.exceptions.ConditionalCheckFailedException:
            raise MovedError from None

    def _moved(self, tenant: str) -> Any:
        key = {self.key: {"S": f"home#{tenant}"}}
        return self.dynamodb.get_item(TableName=self.table, Key=key, ConsistentRead=True).get("Item", {})


def first_home(tenant: str) -> str:
    """Return the side on which a tenant begins: the same one in both regions, by its name alone."""
    return SIDES[hashlib.sha256(tenant.encode()).digest()[0] % 2]

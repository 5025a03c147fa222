"""What the embedded AWS has not: names that follow health checks, and replication between two clouds.

Both are stand-ins, made for the drive of two regions. `StandInForRoute53` asks health checks and chooses among
records as the templates say them; no name is resolved. `StandInForReplication` carries items from one cloud
to another when it is told to, and lets the item with the later `written_at` stay, which stands for DynamoDB's
own time of a write; conditions are judged by each cloud's own DynamoDB alone, as with eventual consistency.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from botocore.exceptions import HTTPClientError

from bench.signed_requests import SignedApi
from wellmade.local.server import LocalCloud


@dataclass
class Region:
    """One side: its cloud, the outputs of its stack, and what its template says of its records."""

    cloud: LocalCloud
    outputs: Mapping[str, str]
    record: Mapping[str, Any]
    check: Mapping[str, Any]
    failures: int = field(default=0)

    def __post_init__(self) -> None:
        self.api = SignedApi(self.cloud, self.outputs["ApiId"], "$default")

    def ask(self, method: str, path: str, body: object = None, *, signed: bool = True) -> tuple[int, Any]:
        """Send a request; one that nothing answers is like 503."""
        try:
            return self.api.ask(method, path, body, signed=signed)
        except HTTPClientError:
            return 503, None

    def fail(self) -> None:
        """Let nothing of its function run."""
        self.cloud.client("lambda").put_function_concurrency(
            FunctionName=self.outputs["FunctionName"], ReservedConcurrentExecutions=0
        )

    def heal(self) -> None:
        """Let its function run again."""
        self.cloud.client("lambda").delete_function_concurrency(FunctionName=self.outputs["FunctionName"])

    def items(self) -> dict[str, dict[str, Any]]:
        """Return all items of its replica, by key."""
        pages = (
            self.cloud.client("dynamodb").get_paginator("scan").paginate(TableName=self.outputs["TableName"])
        )
        return {item["pk"]["S"]: item for page in pages for item in page["Items"]}


def told(template: Path) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Return the record for IPv4 and the health check of a stack's template."""
    resources = json.loads(template.read_text())["Resources"]
    of = {each["Properties"].get("Type", each["Type"]): each["Properties"] for each in resources.values()}
    check = resources[of["A"]["HealthCheckId"]["Ref"]]["Properties"]["HealthCheckConfig"]
    return of["A"], check


class StandInForRoute53:
    """Lead callers to the record that is nearest and healthy, as routing by latency does."""

    def __init__(self, regions: Sequence[Region]) -> None:
        self._regions = regions

    def look(self) -> None:
        """Ask each health check once."""
        for region in self._regions:
            status, _ = region.ask("GET", region.check["ResourcePath"], signed=False)
            region.failures = 0 if status < 400 else region.failures + 1

    def lead(self, nearest: str) -> Region:
        """Return where a caller near a region is led to; where none is healthy all count, as with Route 53."""
        healthy = [each for each in self._regions if each.failures < each.check["FailureThreshold"]]
        chosen = healthy or self._regions
        return next((each for each in chosen if each.record["Region"] == nearest), chosen[0])


class StandInForReplication:
    """Carry what one replica has to the other; of two versions of an item the later written one stays."""

    def __init__(self, one: Region, other: Region) -> None:
        self._both = one, other

    def make_replica(self) -> None:
        """Make the table in the second cloud, as DynamoDB makes a replica in the second region."""
        first, second = self._both
        name = first.outputs["TableName"]
        made = first.cloud.client("dynamodb").describe_table(TableName=name)["Table"]
        described = {each: made[each] for each in ("TableName", "KeySchema", "AttributeDefinitions")}
        second.cloud.client("dynamodb").create_table(**described, BillingMode="PAY_PER_REQUEST")

    def catch_up(self) -> None:
        """Carry everything in both directions."""
        one, other = self._both
        for source, target in ((one, other), (other, one)):
            for item in source.items().values():
                self._carry(item, target)

    def _carry(self, item: Mapping[str, Any], target: Region) -> None:
        dynamodb = target.cloud.client("dynamodb")
        order = "written_at" if "written_at" in item else "version"  # which homes have alone
        try:
            dynamodb.put_item(
                TableName=target.outputs["TableName"],
                Item=item,
                ConditionExpression="attribute_not_exists(pk) OR #order < :then",
                ExpressionAttributeNames={"#order": order},
                ExpressionAttributeValues={":then": item[order]},
            )
        except dynamodb.exceptions.ConditionalCheckFailedException:
            return  # it has this one, or a later one

"""The catalogue, read as a whole."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from report_worker.domain import Product

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The table of products."""

    dynamodb: "DynamoDBClient"
    table: str

    def products(self) -> Iterator[Product]:
        """Yield every product; pages are fetched as they are needed."""
        pages = self.dynamodb.get_paginator("scan").paginate(
            TableName=self.table, ProjectionExpression="category, price_cents"
        )
        for page in pages:
            for item in page["Items"]:
                yield Product(item["category"]["S"], int(item["price_cents"]["N"]))

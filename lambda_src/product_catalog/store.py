"""Where products are kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from product_catalog.domain import NotFoundError, Product, TakenError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@dataclass(frozen=True, slots=True)
class Store:
    """The table of products, by their numbers."""

    dynamodb: "DynamoDBClient"
    table: str

    def create(self, product: Product) -> None:
        """Keep a new product; the same one again changes nothing, since its answer may have been lost.

        Raises:
            TakenError: If there is another one of its number.
        """
        try:
            self.dynamodb.put_item(
                TableName=self.table,
                Item=_item(product),
                ConditionExpression="attribute_not_exists(sku)",
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except self.dynamodb.exceptions.ConditionalCheckFailedException as error:
            kept: Any = error.response
            if _product(kept["Item"]) != product:
                raise TakenError from None

    def replace(self, product: Product) -> None:
        """Replace a product.

        Raises:
            NotFoundError: If there is none.
        """
        try:
            self.dynamodb.put_item(
                TableName=self.table, Item=_item(product), ConditionExpression="attribute_exists(sku)"
            )
        except self.dynamodb.exceptions.ConditionalCheckFailedException:
            raise NotFoundError from None

    def read(self, sku: str) -> Product:
        """Return a product.

        Raises:
            NotFoundError: If there is none.
        """
        found = self.dynamodb.get_item(TableName=self.table, Key={"sku": {"S": sku}}, ConsistentRead=True)
        if "Item" not in found:
            raise NotFoundError
        return _product(found["Item"])

    def delete(self, sku: str) -> None:
        """Delete a product; one that is gone already stays so."""
        self.dynamodb.delete_item(TableName=self.table, Key={"sku": {"S": sku}})


def _item(product: Product) -> dict[str, Any]:
    return {
        "sku": {"S": product.sku},
        "name": {"S": product.name},
        "category": {"S": product.category},
        "price_cents": {"N": str(product.price_cents)},
    }


def _product(item: Mapping[str, Any]) -> Product:
    return Product(item["sku"]["S"], item["name"]["S"], item["category"]["S"], int(item["price_cents"]["N"]))

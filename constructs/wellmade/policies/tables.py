"""Items of a table."""

from collections.abc import Sequence
from typing import Any

from aws_cdk import aws_dynamodb as dynamodb

from wellmade.policies.need import OVER_TLS, Allowed, Need, chosen, need, refuse_wildcards

READS = ("dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query")
WRITES = (
    *("dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:BatchWriteItem"),
    "dynamodb:ConditionCheckItem",
)


def read_table(
    table: dynamodb.ITable | dynamodb.TableBase | dynamodb.TableBaseV2,
    *,
    indexes: Sequence[str] = (),
    partition_keys: Sequence[str] = (),
    actions: Sequence[str] | None = None,
) -> Need:
    """Return the need to read items by their keys; a scan, which reads all of them, is none.

    Args:
        table: Where they are.
        indexes: Names of indexes that are queried too. Default: none.
        partition_keys: Values of the partition key that may be read, such as those of one tenant. Default:
            all.
        actions: Those that the code calls. Default: `dynamodb:GetItem`, `BatchGetItem` and `Query`.

    Raises:
        RefusedError: If a name holds a wildcard, or an action is not among them.
    """
    refuse_wildcards(table, "indexes", indexes, "by-customer")
    arns = (table.table_arn, *(f"{table.table_arn}/index/{each}" for each in indexes))
    allowed = Allowed(
        chosen(table, actions, READS), arns, _of_keys(table, partition_keys), keyed=_keyed(table)
    )
    return need(table, allowed)


def write_table(
    table: dynamodb.ITable | dynamodb.TableBase | dynamodb.TableBaseV2,
    *,
    partition_keys: Sequence[str] = (),
    actions: Sequence[str] | None = None,
) -> Need:
    """Return the need to write and delete items, in transactions too.

    Args:
        table: Where they are.
        partition_keys: Values of the partition key that may be written. Default: all.
        actions: Those that the code calls. Default: `dynamodb:PutItem`, `UpdateItem`, `DeleteItem`,
            `BatchWriteItem` and `ConditionCheckItem`.

    Raises:
        RefusedError: If a key holds a wildcard, or an action is not among them.
    """
    written = chosen(table, actions, WRITES)
    conditions = _of_keys(table, partition_keys)
    return need(table, Allowed(written, (table.table_arn,), conditions, keyed=_keyed(table)))


def _of_keys(table: Any, partition_keys: Sequence[str]) -> dict[str, Any]:
    refuse_wildcards(table, "partition_keys", partition_keys, "tenant-17")
    if not partition_keys:
        return dict(OVER_TLS)
    # `ForAllValues` also holds where the request tells no key at all, which `Null` takes back.
    return {
        "Bool": OVER_TLS["Bool"],
        "ForAllValues:StringEquals": {"dynamodb:LeadingKeys": list(partition_keys)},
        "Null": {"dynamodb:LeadingKeys": "false"},
    }


def _keyed(table: Any) -> bool:
    return getattr(table, "encryption_key", None) is not None

"""Condition keys of DynamoDB: which items and which attributes a call touches.

Sources: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html (who must
select `SPECIFIC_ATTRIBUTES` "can't request all attributes"), the reference of Query (what `Select` is by
default) and https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from wellmade.prove.calls.call import UNTOLD, Call
from wellmade.prove.policy import Value

NAMING_KEYS = ("Key", "Item", "KeyConditionExpression", "KeyConditions")
"""Parameters with which a call has a partition key, whether its value is known or not."""
DIRECT = ("ReturnConsumedCapacity", "ReturnValues", "Select")
"""Parameters that are condition keys as they are."""

KINDS = ("Projection", "Filter", "KeyCondition", "Condition", "Update")
"""Of expressions."""

WORDS = {
    "add", "and", "attribute_exists", "attribute_not_exists", "attribute_type", "begins_with", "between",
    "contains", "delete", "if_not_exists", "in", "list_append", "not", "or", "remove", "set", "size",
}  # fmt: skip
"""Words of expressions that are no attributes."""

_LEGACY = ("AttributeUpdates", "Expected", "KeyConditions", "QueryFilter", "ScanFilter")
"""Parameters of old that name attributes by their keys."""

_OF_ITEMS = ("Key", "Item", "ExpressionAttributeNames", "ExpressionAttributeValues")
"""Parameters that say which items, and what of them."""

_NAME = re.compile(r"(?<![\w:.#])#?[A-Za-z_]\w*")


def context(part: Mapping[str, Any], partition_key: str, *, reads: bool = False) -> dict[str, Value]:
    """Return the condition keys of one item, one query or one scan; reads tell what they select, too."""
    keys: dict[str, Value] = {f"dynamodb:{name}": part[name] for name in DIRECT if name in part}
    if reads:
        keys["dynamodb:Select"] = _select(part)
    if attributes := sorted(set(_attributes(part))):
        keys["dynamodb:Attributes"] = attributes
    if leading := _leading(part, partition_key):
        keys["dynamodb:LeadingKeys"] = [leading]
    elif any(part.get(name) for name in NAMING_KEYS):
        keys["dynamodb:LeadingKeys"] = [UNTOLD]
    return keys


def of_statement() -> dict[str, Value]:
    """Return the keys of a statement in PartiQL: which items and attributes it means is not read."""
    return {f"dynamodb:{name}": [UNTOLD] for name in ("Attributes", "LeadingKeys")}


def of_selection() -> dict[str, Value]:
    """Return the keys of a statement in PartiQL that reads."""
    return {**of_statement(), "dynamodb:Select": [UNTOLD]}


def _select(part: Mapping[str, Any]) -> str:
    """Return which attributes a read asks for, as DynamoDB takes it where the call does not say."""
    if part.get("Select"):
        return str(part["Select"])
    if part.get("ProjectionExpression") or part.get("AttributesToGet"):
        return "SPECIFIC_ATTRIBUTES"
    return "ALL_PROJECTED_ATTRIBUTES" if part.get("IndexName") else "ALL_ATTRIBUTES"


def without_items(call: Call) -> Call:
    """Return a call without what it says of items, for policies that do not ask which they are."""
    if call.service != "dynamodb":
        return call
    return replace(call, parameters=_tables_of(call.parameters))


def _tables_of(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _tables_of(each) for name, each in value.items() if name not in _OF_ITEMS}
    if isinstance(value, list):
        return list({repr(kept): kept for kept in map(_tables_of, value)}.values())
    return value


def _attributes(part: Mapping[str, Any]) -> Iterator[str]:
    names = part.get("ExpressionAttributeNames", {})
    yield from part.get("Key", {})
    yield from part.get("Item", {})
    yield from part.get("AttributesToGet", ())
    for name in _LEGACY:
        yield from part.get(name, ())
    for kind in KINDS:
        expression = part.get(f"{kind}Expression", "")
        if expression.startswith("<"):  # built by boto3's conditions, which a recording does not spell out
            yield UNTOLD
            continue
        for word in _NAME.findall(expression):
            if word.lower() not in WORDS:
                yield names.get(word, word)


def _leading(part: Mapping[str, Any], partition_key: str) -> str:
    """Return the value of the partition key; if its name is unknown, that of a key's only attribute."""
    item = part.get("Key") or part.get("Item") or {}
    if not partition_key and len(part.get("Key", {})) == 1:
        partition_key = next(iter(item))
    if partition_key in item:
        return _plain(item[partition_key])
    names = {name: short for short, name in part.get("ExpressionAttributeNames", {}).items()}
    asked = re.escape(names.get(partition_key, partition_key))
    found = (
        re.search(rf"(?<![\w#]){asked}\s*=\s*(:\w+)", part.get("KeyConditionExpression", ""))
        if asked
        else None
    )
    return _plain(part.get("ExpressionAttributeValues", {}).get(found[1])) if found else ""


def _plain(value: Any) -> str:
    """Return a key's value as text, given as DynamoDB's `{"S": "x"}` or as Python's `"x"`."""
    if isinstance(value, Mapping):
        value = next(iter(value.values()), "")
    return "" if value is None else str(value)

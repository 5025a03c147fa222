"""Gap: of the conditions by which a policy tells items of a table apart, IAM is told two, and these in part.

`dynamodb:LeadingKeys` keeps one tenant from another's items, and `dynamodb:Attributes` one from what is not
theirs. Both are mostly asked for all values, which a request without any passes. Here a request has the
partition keys that it names, of the table that is judged, and each attribute that it reads, writes or
compares. What a statement of PartiQL reads is not known here, and so is no key that a policy has.

Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
"""

# ruff: noqa: SLF001 - patches replace private names of the pinned MiniStack; a test asserts that each exists

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ministack.core import iam_actions, iam_evaluator
from ministack.services import dynamodb

from ..one_resource import document_of  # noqa: TID252 - this package has another name where it runs

Document = Mapping[str, Any]

_BODY = "wellmade:body"
"""Under this the request goes along until it is known which table is judged."""
_EXPRESSIONS = (
    *("ProjectionExpression", "ConditionExpression", "UpdateExpression"),
    *("FilterExpression", "KeyConditionExpression"),
)
_WORDS = frozenset(("SET", "REMOVE", "ADD", "DELETE", "AND", "OR", "NOT", "BETWEEN", "IN"))
_FUNCTIONS = frozenset(
    [
        *("ATTRIBUTE_EXISTS", "ATTRIBUTE_NOT_EXISTS", "ATTRIBUTE_TYPE", "BEGINS_WITH", "CONTAINS", "SIZE"),
        *("IF_NOT_EXISTS", "LIST_APPEND"),
    ]
)
"""Words that are names where no parenthesis follows."""
_NAMED = ("Key", "Item", "Expected", "AttributeUpdates", "KeyConditions", "QueryFilter", "ScanFilter")
"""Parameters that have attributes as names."""
_STATEMENTS = ("Statement", "Statements", "TransactStatements")
_CONDITIONS = ("KeyConditionExpression", "KeyConditions")
_UNREAD = "of an expression that is not read here"


def apply() -> None:
    """Tell IAM what a request is about."""
    context_of, enforce = iam_actions.dynamodb_service_context, iam_evaluator.enforce

    def context_with_attributes(body: bytes) -> dict[str, Any]:
        context: dict[str, Any] = context_of(body)
        asked = document_of(body)
        names = sorted({name for part in _parts(asked) for name in _attributes(part)})
        answers = asked.get("ReturnValues") or "NONE"
        more = {"dynamodb:Attributes": names} if names else {}
        return context | more | {"dynamodb:ReturnValues": answers, _BODY: asked}

    def enforce_by_items(
        key: str,
        action: str,
        service: str,
        region: str,
        resource_arn: str = "*",
        service_context: dict[str, Any] | None = None,
    ) -> Any:
        context = dict(service_context or {})
        asked = context.pop(_BODY, None)
        if asked:
            leading = sorted(set(_leading_keys(asked, resource_arn)))
            context |= {"dynamodb:LeadingKeys": leading} if leading else {}
        return enforce(key, action, service, region, resource_arn, context)

    iam_actions.dynamodb_service_context = context_with_attributes
    iam_evaluator.enforce = enforce_by_items


def _parts(asked: Document) -> Iterator[Document]:
    """Yield the request itself and each part of a batch or a transaction, with the name of its table."""
    yield asked
    for item in asked.get("TransactItems") or []:
        yield from (part for part in item.values() if isinstance(part, Mapping))
    for table, part in (asked.get("RequestItems") or {}).items():
        if isinstance(part, Mapping):
            shared = {name: value for name, value in part.items() if name != "Keys"}
            yield from ({**shared, "TableName": table, "Key": key} for key in part.get("Keys") or [])
        for write in part if isinstance(part, list) else []:
            held = write.values() if isinstance(write, Mapping) else ()
            yield from ({**request, "TableName": table} for request in held if isinstance(request, Mapping))


def _attributes(part: Document) -> Iterator[str]:
    """Yield the top-level attributes that a part of a request names."""
    names = part.get("ExpressionAttributeNames") or {}
    for text in (part.get(name) for name in _EXPRESSIONS):
        yield from (str(names.get(word, word)) for word in _paths(text))
    yield from (name for each in _NAMED for name in part.get(each) or {})
    yield from part.get("AttributesToGet") or []


def _paths(text: Any) -> Iterator[str]:
    """Yield the first word of each path of an expression, read as who carries it out reads it."""
    tokens = [("", ""), *_tokens(text), ("", "")]
    for (before, _), (kind, word), (after, _) in zip(tokens, tokens[1:], tokens[2:], strict=False):
        is_function = word.upper() in _FUNCTIONS and after == "LPAREN"
        is_name = kind == "NAME_REF" or (kind == "IDENT" and word.upper() not in _WORDS and not is_function)
        if is_name and before != "DOT":
            yield word


def _tokens(text: Any) -> list[tuple[str, str]]:
    return dynamodb._tokenize(text) if isinstance(text, str) else []


def _leading_keys(asked: Document, arn: str) -> Iterator[str]:
    """Yield the partition keys that a request names of a table, or of its index."""
    if not asked.keys().isdisjoint(_STATEMENTS):
        yield "of a statement of PartiQL"
    table, _, index = arn.rpartition(":table/")[2].partition("/index/")
    found = dynamodb._tables.get(table)
    key = _partition_key(found, index) if found else None
    if key is None:
        return
    for part in _parts(asked):
        if str(part.get("TableName", "")).rpartition("/")[2] == table:
            values = [_text(value) for value in _values_of(part, key)]
            yield from values or ([_UNREAD] if part.keys() & set(_CONDITIONS) else [])


def _partition_key(table: Document, index: str) -> str | None:
    if not index:
        return table.get("pk_name")
    every = [*(table.get("GlobalSecondaryIndexes") or []), *(table.get("LocalSecondaryIndexes") or [])]
    schemas = [each["KeySchema"] for each in every if each.get("IndexName") == index]
    return next(
        (str(each["AttributeName"]) for schema in schemas for each in schema if each["KeyType"] == "HASH"),
        None,
    )


def _values_of(part: Document, key: str) -> Iterator[Any]:
    """Yield the values that a part of a request has for the partition key."""
    for held in (part.get("Key"), part.get("Item")):
        if isinstance(held, Mapping) and key in held:
            yield held[key]
    older = (part.get("KeyConditions") or {}).get(key) or {}
    yield from older.get("AttributeValueList") or []
    names, values = part.get("ExpressionAttributeNames") or {}, part.get("ExpressionAttributeValues") or {}
    for name, value in _equals(part.get("KeyConditionExpression")):
        if names.get(name, name) == key:
            yield values.get(value)


def _equals(text: Any) -> Iterator[tuple[str, str]]:
    """Yield what is to be equal to what, on whichever side the name stands."""
    tokens = [each for each in _tokens(text) if each[0] not in ("LPAREN", "RPAREN")]
    for (left, one), (sign, _), (_, other) in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if sign == "EQ":
            yield (other, one) if left == "VALUE_REF" else (one, other)


def _text(value: Any) -> str:
    held: Iterable[Any] = value.values() if isinstance(value, Mapping) else ("",)
    return str(next(iter(held), ""))

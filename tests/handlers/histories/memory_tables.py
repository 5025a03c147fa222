"""Tables in memory, in the place of the network: as much of DynamoDB as histories need, a tenth of the time.

They are held against moto: the ordinary tests send each call to both, and the answers must be the same.
"""

import json
import os
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from decimal import Decimal
from itertools import product
from types import ModuleType
from typing import Any

from tests.handlers.support import EXAMPLES, answer, client

Item = dict[str, Any]
_REFUSED = "ConditionalCheckFailed"
_COMPARED: dict[str, Callable[[Any, Any], bool]] = {
    "=": lambda left, right: left == right,
    "<>": lambda left, right: left != right,
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
    ">": lambda left, right: left > right,
    ">=": lambda left, right: left >= right,
}
_TOKENS = re.compile(r"[#:\w]+|<=|>=|<>|[=<>(),]")


class MemoryTables:
    """What `before-call.dynamodb` asks instead of the network.

    Args:
        dynamodb: Tells the tables and their keys, once.
    """

    def __init__(self, dynamodb: Any) -> None:
        self._tables = {name: dynamodb.describe_table(TableName=name)["Table"] for name in _names(dynamodb)}
        self._items: dict[str, dict[str, Item]] = {name: {} for name in self._tables}

    def answer(self, *, model: Any, params: Mapping[str, Any], **_: Any) -> tuple[Any, dict[str, Any]]:
        """Answer a call."""
        asked = json.loads(params["body"])
        match model.name:
            case "TransactWriteItems":
                return self._transact(asked["TransactItems"])
            case "PutItem" | "UpdateItem" | "DeleteItem":
                return self._write(model.name.removesuffix("Item"), asked)
            case "GetItem":
                item = self._items[asked["TableName"]].get(self._key(asked, asked["Key"]))
                return answer({"Item": item} if item else {})
            case "Scan":
                found = list(self._items[asked["TableName"]].values())
                return answer({"Items": found, "Count": len(found), "ScannedCount": len(found)})
            case "DescribeTable":
                return answer({"Table": self._tables[asked["TableName"]]})
            case "DeleteTable" | "CreateTable":
                self._items[asked["TableName"]] = {}
                return answer({"TableDescription": {}})
            case other:
                raise ValueError(f"the tables in memory do not know {other}")

    def _write(self, action: str, asked: Mapping[str, Any]) -> tuple[Any, dict[str, Any]]:
        if reason := self._refusal(asked):
            kept = {"Item": reason["Item"]} if "Item" in reason else {}
            failed = {"Code": "ConditionalCheckFailedException", "Message": reason["Message"]}
            return answer({"Error": failed, "message": reason["Message"], **kept}, 400)
        self._apply(action, asked)
        return answer({})

    def _transact(self, writes: list[Mapping[str, Mapping[str, Any]]]) -> tuple[Any, dict[str, Any]]:
        reasons = [self._refusal(asked) for write in writes for asked in write.values()]
        if any(reasons):
            told = [reason or {"Code": "None"} for reason in reasons]
            failed = {"Code": "TransactionCanceledException", "Message": "for this test"}
            return answer({"Error": failed, "CancellationReasons": told}, 400)
        for write in writes:
            for action, asked in write.items():
                self._apply(action, asked)
        return answer({})

    def _key(self, asked: Mapping[str, Any], item: Item) -> str:
        schema = self._tables[asked["TableName"]]["KeySchema"]
        return json.dumps([item[part["AttributeName"]] for part in schema])

    def _refusal(self, asked: Mapping[str, Any]) -> Item | None:
        """Return why a write is refused, None where its condition holds."""
        place = self._key(asked, asked.get("Key") or asked["Item"])
        item = self._items[asked["TableName"]].get(place)
        if "ConditionExpression" not in asked or _Condition(asked, item or {}).holds():
            return None
        kept = asked.get("ReturnValuesOnConditionCheckFailure") == "ALL_OLD" and item
        told = {"Code": _REFUSED, "Message": "The conditional request failed"}
        return {**told, "Item": item} if kept else told

    def _apply(self, action: str, asked: Mapping[str, Any]) -> None:
        items = self._items[asked["TableName"]]
        place = self._key(asked, asked.get("Key") or asked["Item"])
        if action == "Put":
            items[place] = asked["Item"]
        elif action == "Delete":
            items.pop(place, None)
        elif action == "Update":
            items[place] = _updated({**items.get(place, asked["Key"])}, asked)


def _names(dynamodb: Any) -> list[str]:
    names: list[str] = dynamodb.list_tables()["TableNames"]
    return names


def _updated(item: Item, asked: Mapping[str, Any]) -> Item:
    """Return an item after `SET name = :value` and `ADD name :value`."""
    names, values = asked.get("ExpressionAttributeNames", {}), asked["ExpressionAttributeValues"]
    action = ""
    words = [token for token in _TOKENS.findall(asked["UpdateExpression"]) if token not in "=,"]
    while words:
        if words[0] in ("SET", "ADD"):
            action = words.pop(0)
        name, value = names.get(words[0], words[0]), values[words[1]]
        if action == "ADD":
            value = {"N": str(Decimal(item.get(name, {"N": "0"})["N"]) + Decimal(value["N"]))}
        item[name] = value
        del words[:2]
    return item


class _Condition:
    """One condition about one item: comparisons and functions, joined by AND, OR and parentheses."""

    def __init__(self, asked: Mapping[str, Any], item: Item) -> None:
        self._tokens = _TOKENS.findall(asked["ConditionExpression"])
        self._names = asked.get("ExpressionAttributeNames", {})
        self._values = asked.get("ExpressionAttributeValues", {})
        self._item = item

    def holds(self) -> bool:
        """Tell whether it does."""
        found = self._all()
        while self._tokens and self._tokens[0] == "OR":
            del self._tokens[0]
            other = self._all()
            found = found or other
        return found

    def _all(self) -> bool:
        found = self._one()
        while self._tokens and self._tokens[0] == "AND":
            del self._tokens[0]
            other = self._one()
            found = found and other
        return found

    def _one(self) -> bool:
        token = self._tokens.pop(0)
        if token == "(":
            found = self.holds()
            del self._tokens[0]
            return found
        if token in ("attribute_exists", "attribute_not_exists"):
            name = self._tokens[1]
            del self._tokens[:3]
            return (self._names.get(name, name) in self._item) is (token == "attribute_exists")
        left, compared, right = self._value(token), self._tokens.pop(0), self._value(self._tokens.pop(0))
        return left is not None and right is not None and _COMPARED[compared](left, right)

    def _value(self, token: str) -> Any:
        if token.startswith(":"):
            found = self._values[token]
        else:
            found = self._item.get(self._names.get(token, token))
        if found is None:
            return None
        [(kind, value)] = found.items()
        return Decimal(value) if kind == "N" else value


class Beside:
    """Tables in memory that get each call that moto gets, and must answer the same."""

    def __init__(self, tables: MemoryTables) -> None:
        self._tables = tables
        self._wanted: dict[str, Any] = {}

    def ask(self, *, model: Any, params: Mapping[str, Any], **_: Any) -> None:
        """Ask the tables in memory, before moto is asked."""
        _, self._wanted = self._tables.answer(model=model, params=params)

    def compare(self, *, model: Any, parsed: Mapping[str, Any], **_: Any) -> None:
        """Hold what moto says against it, but for messages and descriptions of tables."""
        if not model.name.endswith("Table"):
            assert _told(parsed) == _told(self._wanted)


def _told(parsed: Mapping[str, Any]) -> dict[str, Any]:
    reasons = [(each["Code"], each.get("Item")) for each in parsed.get("CancellationReasons", ())]
    items = sorted(map(str, map(_plain, parsed.get("Items", ()))))
    error = parsed.get("Error", {}).get("Code")
    return {"error": error, "reasons": reasons, "items": items, "item": _plain(parsed.get("Item", {}))}


def _plain(item: Item) -> Item:
    return dict(sorted(item.items()))


@contextmanager
def answered(*handlers: ModuleType) -> Iterator[None]:
    """Let tables in memory answer the calls of handlers and tests.

    The few cases of an ordinary run are answered by moto, and each answer is compared; the many that
    `python -m bench.histories` and `bench.accepted` ask for are answered by these tables alone.
    """
    tables = MemoryTables(client("dynamodb"))
    beside = Beside(tables)
    hooks: list[tuple[str, Any]] = [
        ("before-call.dynamodb", beside.ask),
        ("after-call.dynamodb", beside.compare),
    ]
    if EXAMPLES in os.environ:
        hooks = [("before-call.dynamodb", tables.answer)]
    clients = {client("dynamodb"), *(handler.store.dynamodb for handler in handlers)}
    with ExitStack() as answering:
        for each, (event, hook) in product(clients, hooks):
            each.meta.events.register_last(event, hook)
            answering.callback(each.meta.events.unregister, event, hook)
        yield

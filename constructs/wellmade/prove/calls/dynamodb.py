"""Calls of Amazon DynamoDB.

Sources: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/api-permissions-reference.html,
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html and
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-iam.html
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from wellmade.prove.calls.call import AccountContext, Call, Need, Rule
from wellmade.prove.calls.dynamodb_keys import context, of_selection, of_statement

ITEMS = ("GetItem", "PutItem", "UpdateItem", "DeleteItem", "Query", "Scan")
READS = ("BatchGetItem", "GetItem", "Query", "Scan")
"""Actions that know which attributes are selected."""
WITHIN = {
    "Get": "GetItem",
    "Put": "PutItem",
    "Update": "UpdateItem",
    "Delete": "DeleteItem",
    "ConditionCheck": "ConditionCheckItem",
}
"""Part of a transaction to its action."""

_VERB = re.compile(r"\s*(?:EXISTS\s*\(\s*)?(SELECT|INSERT|UPDATE|DELETE)\b", re.IGNORECASE)
_TABLE = re.compile(
    r'\b(?:FROM|INTO|UPDATE)\s+(?:"(?P<quoted>[^"]+)"|(?P<plain>[\w-]+))(?:\."(?P<index>[^"]+)")?',
    re.IGNORECASE,
)


def table(call: Call, account: AccountContext, name: str) -> str:
    """Return the ARN of a table, which callers may name by it."""
    return name if name.startswith("arn:") else account.arn(call, "dynamodb", f"table/{name}")


def _indexed(arn: str, index: str | None) -> str:
    return f"{arn}/index/{index}" if index else arn


def _on_items(call: Call, account: AccountContext) -> Iterator[Need]:
    arn = table(call, account, call.text("TableName"))
    reads = call.operation in READS
    keys = context(call.parameters, account.partition_key(arn), reads=reads)
    yield Need(f"dynamodb:{call.operation}", _indexed(arn, call.text("IndexName")), keys)


def _on_batch(call: Call, account: AccountContext) -> Iterator[Need]:
    for name, given in call.parameters["RequestItems"].items():
        arn = table(call, account, name)
        partition_key = account.partition_key(arn)
        parts = _writes(given) if call.operation == "BatchWriteItem" else given
        for part in _keyed(parts):
            keys = context(part, partition_key, reads=call.operation in READS)
            yield Need(f"dynamodb:{call.operation}", arn, keys)


def _keyed(parts: Any) -> Iterator[Mapping[str, Any]]:
    """Yield each item of a batch, those to be read with what is read of them."""
    if isinstance(parts, Mapping):
        yield from ({**parts, "Key": key} for key in parts["Keys"])
    else:
        yield from parts


def _writes(requests: Any) -> list[Mapping[str, Any]]:
    return [part for request in requests for part in request.values()]


def _transaction(call: Call, account: AccountContext) -> Iterator[Need]:
    for item in call.parameters["TransactItems"]:
        for kind, part in item.items():
            arn = table(call, account, part["TableName"])
            keys = context(part, account.partition_key(arn), reads=WITHIN[kind] in READS)
            yield Need(
                f"dynamodb:{WITHIN[kind]}", arn, {**keys, "dynamodb:EnclosingOperation": call.operation}
            )


def _partiql(call: Call, account: AccountContext) -> Iterator[Need]:
    batch = (
        call.parameters.get("Statements") or call.parameters.get("TransactStatements") or [call.parameters]
    )
    for statement in (part["Statement"] for part in batch):
        verb, named = _VERB.match(statement), _TABLE.search(statement)
        if not verb or not named:
            raise call.unmapped(
                f"no table is found in the statement {statement!r}; name it after FROM or INTO"
            )
        selects = verb[1].upper() == "SELECT"
        keys = of_selection() if selects else of_statement()
        if call.operation == "ExecuteTransaction":
            keys["dynamodb:EnclosingOperation"] = call.operation
        if selects:
            keys["dynamodb:FullTableScan"] = not re.search(r"\bWHERE\b", statement, re.IGNORECASE)
        arn = table(call, account, named["quoted"] or named["plain"])
        yield Need(f"dynamodb:PartiQL{verb[1].capitalize()}", _indexed(arn, named["index"]), keys)


def _stream_records(call: Call, _: AccountContext) -> Iterator[Need]:
    """A shard iterator of DynamoDB begins with the ARN of its stream."""
    stream, bar, _rest = call.text("ShardIterator").partition("|")
    if not bar or not stream.startswith("arn:"):
        raise call.unmapped("the shard iterator does not tell its stream; use one that DynamoDB gave")
    yield Need("dynamodb:GetRecords", stream)


RULES: dict[str, Rule] = {
    **dict.fromkeys(ITEMS, _on_items),
    **dict.fromkeys(("BatchGetItem", "BatchWriteItem"), _on_batch),
    **dict.fromkeys(("TransactGetItems", "TransactWriteItems"), _transaction),
    **dict.fromkeys(("ExecuteStatement", "BatchExecuteStatement", "ExecuteTransaction"), _partiql),
}
STREAM_RULES: dict[str, Rule] = {"GetRecords": _stream_records}

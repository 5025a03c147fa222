"""Gap: two transactions never meet, since each is over before the next begins.

On DynamoDB one takes some 10 ms, and another that wants an item of it meanwhile is cancelled with
`TransactionConflict`. Here a transaction holds its items for so long.
"""

# ruff: noqa: SLF001 - patches replace private names of the pinned MiniStack; a test asserts that each exists

import json
import time
from collections.abc import Sequence
from typing import Any

from ministack.services import dynamodb

HELD_SECONDS = 0.01
Answer = tuple[int, dict[str, str], bytes]

_held: dict[str, float] = {}
"""Until when, by item."""


def apply() -> None:
    """Cancel transactions on items that another one holds."""
    write = dynamodb._transact_write_items

    def write_unless_held(data: dict[str, Any]) -> Answer:
        now = time.monotonic()
        for item in [item for item, until in _held.items() if until <= now]:
            del _held[item]
        wanted = _items(data)
        if not _held.keys().isdisjoint(wanted):
            return _cancelled(wanted)
        answer: Answer = write(data)
        if answer[0] == 200:
            _held.update(dict.fromkeys(wanted, now + HELD_SECONDS))
        return answer

    dynamodb._transact_write_items = write_unless_held


def _items(data: dict[str, Any]) -> Sequence[str]:
    """Return what identifies each item of a transaction."""
    operations = [
        operation for write in data.get("TransactItems") or [] for operation in write.values() if operation
    ]
    return [_item(operation) for operation in operations]


def _item(operation: dict[str, Any]) -> str:
    table = operation.get("TableName", "")
    names = [(dynamodb._tables.get(table) or {}).get(name) for name in ("pk_name", "sk_name")]
    values = operation.get("Key") or operation.get("Item") or {}
    return json.dumps([table, *(values.get(name) for name in names if name)], sort_keys=True)


def _cancelled(wanted: Sequence[str]) -> Answer:
    reasons = [{"Code": "TransactionConflict" if item in _held else "None"} for item in wanted]
    told = ", ".join(reason["Code"] for reason in reasons)
    error = "TransactionCanceledException"
    body = {
        "__type": f"com.amazonaws.dynamodb.v20120810#{error}",
        "Message": f"Transaction cancelled, please refer cancellation reasons for specific reasons [{told}]",
        "CancellationReasons": reasons,
    }
    return 400, {"Content-Type": "application/x-amz-json-1.0"}, json.dumps(body).encode()

"""What is done once and can be undone, also when the undoing comes first."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from shared.transaction import transact

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

DONE, UNDONE = "done", "undone"


class UndoneError(Exception):
    """The deed was undone before it was to be done; it comes too late and must not be done any more."""


@dataclass(frozen=True, slots=True)
class Deeds:
    """A mark for each deed in a table, written together with what the deed changes.

    A deed goes from nothing to done to undone, or from nothing to undone, and never back: a message that
    was held up, or a second execution, changes nothing any more.
    """

    dynamodb: "DynamoDBClient"
    table: str

    def do(self, deed: str, *changes: "TransactWriteItemTypeDef") -> bool:
        """Do it with its changes; return False when it was done before.

        Raises:
            UndoneError: If it was undone.
            TransactionCanceledException: If a condition of the changes does not hold, or others hold an item.
        """
        found = self._write(deed, DONE, _IS_NEW, changes)
        if found == UNDONE:
            raise UndoneError(f"{deed} was undone")
        return found is None

    def undo(self, deed: str, *changes: "TransactWriteItemTypeDef") -> bool:
        """Undo it with its changes; return False when there was nothing to undo, which is noted too."""
        found = self._write(deed, UNDONE, _IS_DONE, changes)
        if found in (None, UNDONE):
            return found is None
        if self._write(deed, UNDONE, _IS_NEW, ()) == DONE:
            return self.undo(deed, *changes)  # it was done meanwhile, which happens once
        return False

    def _write(
        self,
        deed: str,
        state: str,
        condition: "Mapping[str, Any]",
        changes: "Sequence[TransactWriteItemTypeDef]",
    ) -> str | None:
        """Move the mark together with the changes; return the state in the way, or None when it is done."""
        mark: TransactWriteItemTypeDef = {
            "Put": {
                "TableName": self.table,
                "Item": {"pk": {"S": deed}, "state": {"S": state}},
                "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
                **condition,  # type: ignore[typeddict-item] # one of the two below
            }
        }
        try:
            transact(self.dynamodb, [mark, *changes])
        except self.dynamodb.exceptions.TransactionCanceledException as error:
            reason: Any = error.response["CancellationReasons"][0]
            if reason["Code"] != "ConditionalCheckFailed":
                raise
            found: str = reason.get("Item", {}).get("state", {}).get("S", "")
            return found
        return None


_IS_NEW = {"ConditionExpression": "attribute_not_exists(pk)"}
_IS_DONE = {
    "ConditionExpression": "#state = :done",
    "ExpressionAttributeNames": {"#state": "state"},
    "ExpressionAttributeValues": {":done": {"S": DONE}},
}

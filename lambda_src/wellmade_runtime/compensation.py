"""Steps that are applied once and can be compensated, also when the compensation comes first."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from wellmade_runtime.transactions import transact

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

APPLIED, COMPENSATED = "applied", "compensated"


class AlreadyCompensatedError(Exception):
    """The step was compensated before it was applied; it comes too late and must not be applied any more."""


@dataclass(frozen=True, slots=True)
class CompensationLog:
    """An item for each step in a table, written together with what the step changes.

    A step goes from nothing to applied to compensated, or from nothing to compensated, and never back: a
    message that was delayed, or a second execution, changes nothing any more.

    Args:
        dynamodb: The client.
        table: The table; its partition key is `pk`.
    """

    dynamodb: "DynamoDBClient"
    table: str

    def apply(self, step: str, *changes: "TransactWriteItemTypeDef") -> bool:
        """Apply a step with its changes; return False when it was applied before.

        Args:
            step: What identifies the step, such as `payment#<order>`.
            changes: Writes that are done in the same transaction, at most 99.

        Raises:
            AlreadyCompensatedError: If it was compensated.
            TransactionCanceledException: If a condition of the changes does not hold, or other transactions
                hold an item.
        """
        found = self._write(step, APPLIED, _IS_NEW, changes)
        if found == COMPENSATED:
            raise AlreadyCompensatedError(f"{step} was compensated")
        return found is None

    def compensate(self, step: str, *changes: "TransactWriteItemTypeDef") -> bool:
        """Compensate a step with its changes; return False when it was not applied, which is written too.

        Raises:
            TransactionCanceledException: As for `apply`.
        """
        found = self._write(step, COMPENSATED, _IS_APPLIED, changes)
        if found in (None, COMPENSATED):
            return found is None
        if self._write(step, COMPENSATED, _IS_NEW, ()) == APPLIED:
            return self.compensate(step, *changes)  # it was applied meanwhile, which happens once
        return False

    def _write(
        self,
        step: str,
        state: str,
        condition: "Mapping[str, Any]",
        changes: "Sequence[TransactWriteItemTypeDef]",
    ) -> str | None:
        """Write the state together with the changes; return the state in the way, or None when written."""
        entry: TransactWriteItemTypeDef = {
            "Put": {
                "TableName": self.table,
                "Item": {"pk": {"S": step}, "state": {"S": state}},
                "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
                **condition,  # type: ignore[typeddict-item] # one of the two below
            }
        }
        try:
            transact(self.dynamodb, [entry, *changes])
        except self.dynamodb.exceptions.TransactionCanceledException as error:
            reason: Any = error.response["CancellationReasons"][0]
            if reason["Code"] != "ConditionalCheckFailed":
                raise
            found: str = reason.get("Item", {}).get("state", {}).get("S", "")
            return found
        return None


_IS_NEW = {"ConditionExpression": "attribute_not_exists(pk)"}
_IS_APPLIED = {
    "ConditionExpression": "#state = :applied",
    "ExpressionAttributeNames": {"#state": "state"},
    "ExpressionAttributeValues": {":applied": {"S": APPLIED}},
}

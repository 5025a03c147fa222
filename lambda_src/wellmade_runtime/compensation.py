"""Steps that are applied once and can be compensated, also when the compensation comes first."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from wellmade_runtime.identity import FINGERPRINT, fingerprint, partition_key, refuse_contradiction
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

    def apply(
        self, step: str, *changes: "TransactWriteItemTypeDef", contents: "Mapping[str, object] | None" = None
    ) -> bool:
        """Apply a step with its changes; return False when it was applied before.

        Args:
            step: What identifies the step, such as `payment#<order>`.
            changes: Writes that are done in the same transaction, at most 99.
            contents: What the step is about, such as amount and customer: it is applied and compensated with
                the same only. Default: nothing besides its identity.

        Raises:
            AlreadyCompensatedError: If it was compensated.
            ContradictionError: If it was asked for before with other contents.
            KeyTooLongError: If its identity is over DynamoDB's 2,048 bytes.
            TransactionCanceledException: If a condition of the changes does not hold, or other transactions
                hold an item.
        """
        found = self._write(step, APPLIED, _IS_NEW, changes, contents)
        if found == COMPENSATED:
            raise AlreadyCompensatedError("the step was compensated")
        return found is None

    def compensate(
        self, step: str, *changes: "TransactWriteItemTypeDef", contents: "Mapping[str, object] | None" = None
    ) -> bool:
        """Compensate a step with its changes; return False when it was not applied, which is written too.

        Raises:
            ContradictionError: If it was applied with other contents.
            KeyTooLongError: As for `apply`.
            TransactionCanceledException: As for `apply`.
        """
        found = self._write(step, COMPENSATED, _is_applied(contents), changes, contents)
        if found in (None, COMPENSATED):
            return found is None
        if self._write(step, COMPENSATED, _IS_NEW, (), contents) == APPLIED:
            return self.compensate(step, *changes, contents=contents)  # applied meanwhile, which happens once
        return False

    def _write(
        self,
        step: str,
        state: str,
        condition: "Mapping[str, Any]",
        changes: "Sequence[TransactWriteItemTypeDef]",
        contents: "Mapping[str, object] | None",
    ) -> str | None:
        """Write the state together with the changes; return the state in the way, or None when written."""
        entry: TransactWriteItemTypeDef = {
            "Put": {
                "TableName": self.table,
                "Item": {
                    "pk": {"S": partition_key(step)},
                    "state": {"S": state},
                    FINGERPRINT: {"S": fingerprint(contents)},
                },
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
            if kept := reason.get("Item"):
                refuse_contradiction(kept, contents, "step")
            found: str = (kept or {}).get("state", {}).get("S", "")
            return found
        return None


_IS_NEW = {"ConditionExpression": "attribute_not_exists(pk)"}


def _is_applied(contents: "Mapping[str, object] | None") -> "Mapping[str, Any]":
    return {
        "ConditionExpression": "#state = :applied AND #fingerprint = :same",
        "ExpressionAttributeNames": {"#state": "state", "#fingerprint": FINGERPRINT},
        "ExpressionAttributeValues": {":applied": {"S": APPLIED}, ":same": {"S": fingerprint(contents)}},
    }

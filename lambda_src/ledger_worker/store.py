"""Where the ledger is kept: for each account its entries and its balance."""

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from ledger_worker.domain import Entry
from wellmade_runtime.identity import FINGERPRINT, fingerprint, is_repetition
from wellmade_runtime.transactions import transact

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef


@dataclass(frozen=True, slots=True)
class Store:
    """The table of the ledger: `pk` is the account, `sk` is `entry#<id>` or `balance`."""

    dynamodb: "DynamoDBClient"
    table: str

    def book(self, entry: Entry) -> None:
        """Write the entry and add it to the balance, both or neither, and once however often it is called.

        Raises:
            ContradictionError: If another amount was booked under the same number.
        """
        try:
            transact(self.dynamodb, [self._entry(entry), self._balance(entry)])
        except self.dynamodb.exceptions.TransactionCanceledException as error:
            if not is_repetition(error, asdict(entry), "entry"):
                raise

    def _entry(self, entry: Entry) -> "TransactWriteItemTypeDef":
        return {
            "Put": {
                "TableName": self.table,
                "Item": {
                    "pk": {"S": entry.account},
                    "sk": {"S": f"entry#{entry.entry_id}"},
                    "amount_cents": {"N": str(entry.amount_cents)},
                    FINGERPRINT: {"S": fingerprint(asdict(entry))},
                },
                "ConditionExpression": "attribute_not_exists(pk)",
                "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
            }
        }

    def _balance(self, entry: Entry) -> "TransactWriteItemTypeDef":
        return {
            "Update": {
                "TableName": self.table,
                "Key": {"pk": {"S": entry.account}, "sk": {"S": "balance"}},
                "UpdateExpression": "ADD balance_cents :amount",
                "ExpressionAttributeValues": {":amount": {"N": str(entry.amount_cents)}},
            }
        }

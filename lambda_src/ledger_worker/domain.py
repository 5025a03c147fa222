"""What an entry of the ledger is."""

from dataclasses import dataclass

from wellmade_runtime.messages import read_object, text, whole_number

LARGEST = 10**15
"""Cents; ten trillion in money, and far below what a number of the table can hold."""

LONGEST_ID = 250
"""Characters; with four bytes each, and what the store puts before them, they fit a sort key's 1,024 bytes.

Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """An amount booked on an account; negative when it is taken off."""

    account: str
    entry_id: str
    amount_cents: int


def parse(body: str) -> Entry:
    """Read an entry from a message; fields that it does not know are left to later versions.

    Raises:
        InvalidMessageError: If a field is missing or out of bounds.
    """
    message = read_object(body)
    return Entry(
        account=text(message, "account"),
        entry_id=text(message, "entry_id", most=LONGEST_ID),
        amount_cents=whole_number(message, "amount_cents", least=-LARGEST, most=LARGEST),
    )

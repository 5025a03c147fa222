"""Where entries are kept: a database that is written in one region and read in both."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import psycopg

from account_ledger.domain import Booking, ConflictError

Connect = Callable[[], "psycopg.Connection[Any]"]


@dataclass(frozen=True, slots=True)
class Ledger:
    """Accounts and their entries; the proxy keeps connections, so that each request takes one of its."""

    writing: Connect
    """Connects to the region's own database, which refuses while the other region's is the one to write."""
    reading: Connect
    """Connects to a copy in this region, which may be a second behind."""

    def book(self, entry: Booking) -> None:
        """Keep an entry; the same again changes nothing, since its answer may be lost.

        Raises:
            ConflictError: If the account has another entry of this number.
        """
        with self.writing() as connection:
            connection.execute(
                "insert into entries (account, entry_id, cents) values (%s, %s, %s) on conflict do nothing",
                (entry.account, entry.entry_id, entry.cents),
            )
            [cents] = connection.execute(
                "select cents from entries where account = %s and entry_id = %s",
                (entry.account, entry.entry_id),
            ).fetchone() or [None]
        if cents != entry.cents:
            raise ConflictError

    def balance(self, account: str) -> int:
        """Return the sum of an account's entries."""
        with self.reading() as connection:
            asked = "select coalesce(sum(cents), 0) from entries where account = %s"
            [cents] = connection.execute(asked, (account,)).fetchone() or [0]
        return int(cents)

    def look(self) -> None:
        """Ask whether this region's database writes: callers are led to the one that does.

        Raises:
            psycopg.Error: If it does not answer, or is a copy.
        """
        with self.writing() as connection:
            [read_only] = connection.execute("show transaction_read_only").fetchone() or ["on"]
        if read_only == "on":
            raise psycopg.errors.ReadOnlySqlTransaction("this region's database is a copy")

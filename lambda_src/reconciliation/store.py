"""Abandoned payouts, and how one is finished."""

from collections.abc import Iterator
from dataclasses import dataclass

from sample_shop.payout import payout_of
from sample_shop.transfers import Transfers
from wellmade_runtime.run_leases import Lease
from wellmade_runtime.work_log import Pending, WorkLog


@dataclass(frozen=True, slots=True)
class Store:
    """The log of payouts, and the transfers that they become."""

    log: WorkLog
    transfers: Transfers

    def abandoned(self, now: float) -> Iterator[Pending]:
        """Yield the payouts that nobody works on any more."""
        return self.log.abandoned(now)

    def finish(self, pending: Pending, lease: Lease) -> bool:
        """Finish a payout; return False where somebody else has done it meanwhile.

        Raises:
            LeaseLostError: If another run has taken over.
        """
        self.transfers.put(payout_of(pending.work))
        return lease.write(self.log.completion(pending.key))

"""Payouts that are begun, paid and completed."""

from dataclasses import dataclass

from sample_shop.payout import Payout
from sample_shop.transfers import Transfers
from wellmade_runtime.work_log import WorkLog


@dataclass(frozen=True, slots=True)
class Store:
    """The log of payouts, and the transfers that they become."""

    log: WorkLog
    transfers: Transfers

    def pay(self, payout: Payout) -> None:
        """Pay out once; what a crash leaves is finished by the next delivery, or by the reconciliation."""
        if self.log.begin(payout.payout_id, payout.work()):
            self.transfers.put(payout)
            self.log.complete(payout.payout_id)

"""Entries in any order, repeated, contradicting each other and dying at each call."""

from collections import Counter
from types import ModuleType

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from tests.handlers.histories.histories import CRASHES, dying, run
from tests.handlers.support import deliver, empty, items, message


class Ledger(RuleBasedStateMachine):
    handler: ModuleType

    def __init__(self) -> None:
        super().__init__()
        empty("ledger")
        self.kept: dict[tuple[str, str], int] = {}

    @rule(
        account=st.sampled_from("ab"),
        number=st.sampled_from(["1", "2", "balance"]),
        cents=st.sampled_from([-7, 100, 5000]),
        crash=CRASHES,
    )
    def book(self, account: str, number: str, cents: int, crash: str | None) -> None:
        sent = message({"account": account, "entry_id": number, "amount_cents": cents}, group=account)
        left = None
        with dying(self.handler, crash):
            left = deliver(self.handler, sent)
        if crash != "before-call.dynamodb":
            kept = self.kept.setdefault((account, number), cents)
            assert crash or left == ([] if kept == cents else [sent])

    def teardown(self) -> None:
        wanted: Counter[str] = Counter()
        for (account, _), cents in self.kept.items():
            wanted[account] += cents
        found = {
            item["pk"]["S"]: int(item["balance_cents"]["N"])
            for item in items("ledger")
            if item["sk"]["S"] == "balance"
        }
        assert found == wanted


def test_the_balance_is_the_sum_of_the_first_entry_of_each_number(ledger: ModuleType) -> None:
    run(Ledger, ledger)

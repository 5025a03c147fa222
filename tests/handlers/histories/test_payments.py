"""Charges and refunds in any order, repeated, contradicting each other and dying at each call."""

from collections import Counter
from types import ModuleType
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from tests.handlers.histories.histories import CRASHES, died_between, dying, run
from tests.handlers.order_saga.orders import order
from tests.handlers.support import answer, deliver, empty, hooked, items, message

ORDERS = st.builds(
    order,
    number=st.sampled_from(["o-1", "o-2"]),
    customer=st.sampled_from(["ada", "bob"]),
    cents=st.sampled_from([100, 5000]),
    currency=st.sampled_from(["EUR", "USD"]),
)
ALWAYS_THE_SAME = st.builds(order, number=st.sampled_from(["o-1", "o-2"]))


class Payments(RuleBasedStateMachine):
    handler: ModuleType

    def __init__(self) -> None:
        super().__init__()
        empty("payments")
        self.kept: dict[str, tuple[dict[str, Any], str]] = {}

    @rule(action=st.sampled_from(["charge", "refund"]), asked=ORDERS | ALWAYS_THE_SAME, crash=CRASHES)
    def ask(self, action: str, asked: dict[str, Any], crash: str | None) -> None:
        answers: list[str] = []

        def told(*, model: Any, **_: Any) -> Any:
            answers.append(model.name)
            return answer({})

        with hooked(self.handler, "before-call.sfn", told), dying(self.handler, crash):
            sent = message({"action": action, "order": asked, "token": "t"}, group=asked["customer"])
            assert deliver(self.handler, sent) == []
        if crash == "before-call.dynamodb" or died_between(crash, action, asked["order_id"] in self.kept):
            return
        accepted = self.follow(action, asked)
        if crash is None:
            assert answers == ["SendTaskSuccess" if accepted else "SendTaskFailure"]

    def follow(self, action: str, asked: dict[str, Any]) -> bool:
        """Note what is to be kept; return whether the request is to succeed."""
        found, state = self.kept.setdefault(asked["order_id"], (asked, ""))
        if found != asked:
            return False
        if action == "charge" and state == "refunded":
            return False
        self.kept[asked["order_id"]] = (asked, "charged" if action == "charge" else "refunded")
        return True

    def teardown(self) -> None:
        wanted: Counter[str] = Counter()
        for asked, state in self.kept.values():
            wanted[f"customer#{asked['currency']}#{asked['customer']}"] += (
                asked["total_cents"] if state == "charged" else 0
            )
        found = {
            item["pk"]["S"]: int(item["charged_cents"]["N"])
            for item in items("payments")
            if "charged_cents" in item
        }
        assert min(found.values(), default=0) >= 0
        assert {key: cents for key, cents in found.items() if cents} == +wanted


def test_no_history_moves_money_that_was_not_asked_for(payments: ModuleType) -> None:
    run(Payments, payments)

"""Orders of a queue in any order, repeated, contradicting each other and dying at each call."""

from types import ModuleType
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from tests.handlers.histories.histories import CRASHES, dying, run
from tests.handlers.support import deliver, empty, items, message


class Idempotency(RuleBasedStateMachine):
    handler: ModuleType

    def __init__(self) -> None:
        super().__init__()
        empty("orders", "claims")
        self.acknowledged: dict[str, dict[str, Any]] = {}

    @rule(number=st.sampled_from(["o-1", "o-2"]), quantity=st.sampled_from([1, 1, 7]), crash=CRASHES)
    def take(self, number: str, quantity: int, crash: str | None) -> None:
        order = {"order_id": number, "sku": "A", "quantity": quantity}
        sent, left = message(order), None
        with dying(self.handler, crash):
            # Nothing remains of the invocation, so that what a crash leaves is free at once.
            left = deliver(self.handler, sent, remaining=0)
        known = self.acknowledged.get(number)
        if left == []:
            assert known in (None, order)
            self.acknowledged[number] = order
        elif left:
            # One that was kept stands, also where the invocation died before it could say so.
            kept = {item["pk"]["S"]: int(item["quantity"]["N"]) for item in items("orders")}
            assert kept.get(number) not in (None, quantity)

    def teardown(self) -> None:
        found = {item["pk"]["S"]: int(item["quantity"]["N"]) for item in items("orders")}
        assert {n: order["quantity"] for n, order in self.acknowledged.items()}.items() <= found.items()


def test_what_was_acknowledged_stays_as_it_was(orders: ModuleType) -> None:
    run(Idempotency, orders)

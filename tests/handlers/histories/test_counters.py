"""Orders counted in any order, repeated, contradicting each other and dying at each call."""

from collections import Counter
from types import ModuleType
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from tests.handlers.histories.histories import CRASHES, dying, run
from tests.handlers.order_events.orders import told
from tests.handlers.support import deliver, empty, items, message


def _line(sku: str, quantity: int) -> dict[str, Any]:
    return {"sku": sku, "quantity": quantity, "price_cents": 1}


class Counters(RuleBasedStateMachine):
    handler: ModuleType

    def __init__(self) -> None:
        super().__init__()
        empty("stock_demand")
        self.kept: dict[str, dict[str, Any]] = {}

    @rule(
        number=st.sampled_from(["o-1", "o-2", "sku#A"]),
        customer=st.sampled_from(["ada", "ada", "bob"]),
        lines=st.lists(
            st.builds(_line, st.sampled_from("AB"), st.sampled_from([1, 5])), min_size=1, max_size=2
        ),
        crash=CRASHES,
    )
    def count(self, number: str, customer: str, lines: list[Any], crash: str | None) -> None:
        order = told(order_id=number, customer=customer, lines=lines)
        sent, left = message(order), None
        with dying(self.handler, crash):
            left = deliver(self.handler, sent)
        if crash != "before-call.dynamodb":
            kept = self.kept.setdefault(number, order["detail"])
            assert crash or left == ([] if kept == order["detail"] else [sent])

    def teardown(self) -> None:
        wanted: Counter[str] = Counter()
        for detail in self.kept.values():
            for line in detail["lines"]:
                wanted[f"sku#{line['sku']}"] += line["quantity"]
        found = {
            item["pk"]["S"]: int(item["pieces"]["N"]) for item in items("stock_demand") if "pieces" in item
        }
        assert found == wanted


def test_each_order_is_counted_once_as_it_was_first_heard(stock: ModuleType) -> None:
    run(Counters, stock)

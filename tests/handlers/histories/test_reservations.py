"""Reservations and releases in any order, repeated, contradicting each other and dying at each call."""

from types import ModuleType

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from tests.handlers.histories.histories import CRASHES, died_between, dying, run
from tests.handlers.order_saga.orders import line
from tests.handlers.support import Context, client, empty, items
from wellmade_runtime.identity import ContradictionError

STOCK = 10


class Reservations(RuleBasedStateMachine):
    handler: ModuleType

    def __init__(self) -> None:
        super().__init__()
        dynamodb = client("dynamodb")
        empty("stock")
        for sku in "AB":
            stocked = {"pk": {"S": f"sku#{sku}"}, "pieces": {"N": str(STOCK)}}
            dynamodb.put_item(TableName="stock", Item=stocked)
        self.kept: dict[tuple[str, int], tuple[str, int, str]] = {}

    def left(self, sku: str) -> int:
        return STOCK - sum(
            quantity for each, quantity, state in self.kept.values() if (each, state) == (sku, "reserved")
        )

    @rule(
        action=st.sampled_from(["reserve", "release"]),
        number=st.sampled_from(["o-1", "o-2", "o-1#0"]),
        at=st.sampled_from([0, 1]),
        sku=st.sampled_from("AAB"),
        quantity=st.sampled_from([2, 2, 4]),
        crash=CRASHES,
    )
    def ask(self, action: str, number: str, at: int, sku: str, quantity: int, crash: str | None) -> None:
        accepted = None
        with dying(self.handler, crash):
            try:
                asked = line(action, number, quantity, sku, at)
                accepted = self.handler.handler(asked, Context()) is None
            except ContradictionError:
                accepted = False
        known = (number, at) in self.kept
        if crash != "before-call.dynamodb" and not died_between(crash, action, known):
            wanted = self.follow(action, (number, at), sku, quantity)
            assert crash or accepted == wanted

    def follow(self, action: str, step: tuple[str, int], sku: str, quantity: int) -> bool:
        """Note what is to be kept; return whether the request is to succeed."""
        kept = self.kept.get(step)
        if kept and kept[:2] != (sku, quantity):
            return False
        if action == "release":
            self.kept[step] = (sku, quantity, "released")
            return True
        if kept:
            return kept[2] == "reserved"
        if self.left(sku) < quantity:
            return False
        self.kept[step] = (sku, quantity, "reserved")
        return True

    def teardown(self) -> None:
        found = {
            item["pk"]["S"].removeprefix("sku#"): int(item["pieces"]["N"])
            for item in items("stock")
            if "pieces" in item
        }
        assert found == {sku: self.left(sku) for sku in "AB"}


def test_no_piece_is_reserved_twice_or_appears_from_nowhere(reservations: ModuleType) -> None:
    run(Reservations, reservations)

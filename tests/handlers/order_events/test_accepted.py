"""Whatever the producer of orders accepts, every consumer and every step of the saga can process."""

import json
from types import ModuleType
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from payment_worker import domain as payment
from sample_shop.order import order_of
from stock_reservation import domain as reservation
from tests.handlers.histories.memory_tables import answered
from tests.handlers.order_events.orders import told
from tests.handlers.support import Context, answer, deliver, empty, hooked, message
from wellmade_runtime.strict_json import DEEPEST

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=70)
NAMES = st.text(st.sampled_from("aZ9#.-_é \0"), min_size=1, max_size=66) | ANY_TEXT
WHOLE = st.sampled_from([0, 1, 2, 1.0, 10_000, 10_001, 10**8, 10**40, True, "1", None, float("nan")])
LINES = st.lists(
    st.fixed_dictionaries(
        {
            "sku": NAMES,
            "quantity": st.integers(0, 10_001) | WHOLE,
            "price_cents": st.integers(-1, 10**6) | WHOLE,
        }
    ),
    max_size=4,
)
EXTRA = st.recursive(
    st.none() | st.floats() | ANY_TEXT, lambda inner: st.lists(inner, max_size=2), max_leaves=4
)
ORDERS = st.fixed_dictionaries(
    {
        "order_id": NAMES,
        "customer": st.text(st.sampled_from("ada#!~"), min_size=1) | NAMES,
        "currency": st.sampled_from(["EUR", "USD", "eur", "EUR\n", "E", 5]),
        "delivery": st.sampled_from(["parcel", "pickup", "download", "rocket"]),
        "lines": LINES,
    },
    optional={"gift": EXTRA, "total_cents": WHOLE},
)
GOOD = st.fixed_dictionaries(
    {
        "order_id": st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=40),
        "customer": st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=64),
        "currency": st.sampled_from(["EUR", "USD"]),
        "delivery": st.sampled_from(["parcel", "pickup", "download"]),
        "lines": st.lists(
            st.fixed_dictionaries(
                {
                    "sku": st.text(
                        st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=64
                    ),
                    "quantity": st.integers(1, 10_000),
                    "price_cents": st.integers(1, 200),
                }
            ),
            min_size=1,
            max_size=50,
        ),
    },
    optional={"gift": st.floats(allow_nan=False, allow_infinity=False)},
)


def accepted(intake: ModuleType, body: str) -> dict[str, Any] | None:
    """Return what an accepted order was published as; None for one that was refused, whose answer is 4xx."""
    published: list[dict[str, Any]] = []

    def publish(*, params: dict[str, Any], **_: Any) -> Any:
        [entry] = json.loads(params["body"])["Entries"]
        published.append(json.loads(entry["Detail"]))
        return answer({"FailedEntryCount": 0, "Entries": [{"EventId": "1"}]})

    with hooked(intake, "before-call.events.PutEvents", publish):
        status = intake.handler({"body": body}, Context())["statusCode"]
    assert (status == 202) == bool(published)
    assert status == 202 or 400 <= status < 500
    return published[0] if published else None


def consumed(consumer: ModuleType, detail: dict[str, Any]) -> bool:
    event = {**told(), "detail": detail}
    return deliver(consumer, message(event)) == []


def test_every_accepted_order_is_consumed(intake: ModuleType, consumer: ModuleType) -> None:
    count, table = [0], consumer.__name__.removesuffix(".handler")

    @given(ORDERS | GOOD)
    def property_(order: dict[str, Any]) -> None:
        detail = accepted(intake, json.dumps(order))
        if detail is not None:
            count[0] += 1
            if not count[0] % 100:
                empty(table)
            # Each is another order, since those of one property meet in one table.
            detail["order_id"] = f"{detail['order_id'][:-16]}{count[0]:016}"
            assert consumed(consumer, detail)

    with answered(intake, consumer):
        property_()
    assert count[0] > 10


def test_every_step_of_the_saga_reads_every_accepted_order(intake: ModuleType) -> None:
    @given(ORDERS | GOOD)
    def property_(order: dict[str, Any]) -> None:
        detail = accepted(intake, json.dumps(order))
        if detail is None:
            return
        assert order_of(detail).customer == order["customer"]
        for at in range(len(detail["lines"])):
            reservation.parse({"action": "reserve", "line": at, "order": detail})
        payment.parse(json.dumps({"action": "charge", "token": "t", "order": detail}))

    property_()


def test_what_is_nested_too_deeply_for_a_consumer_is_refused(intake: ModuleType) -> None:
    assert accepted(intake, '{"gift": ' + "[" * DEEPEST + "]" * DEEPEST + "}") is None

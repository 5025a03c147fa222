"""What every consumer of orders holds to, and what each makes of them."""

from concurrent.futures import ThreadPoolExecutor
from types import ModuleType

import pytest

from tests.handlers.order_events.orders import told
from tests.handlers.support import Crash, client, deliver, error, hooked, items, message
from wellmade_runtime.sharded_counters import ShardedCounters


def by_key(table: str) -> dict[str, dict[str, str]]:
    """Return the items as plain text, without their key."""
    return {
        item["pk"]["S"]: {name: next(iter(value.values())) for name, value in item.items() if name != "pk"}
        for item in items(table)
    }


def test_good_orders_are_consumed_and_bad_ones_go_back(consumer: ModuleType) -> None:
    good = [message(told(order_id=f"o-{number}")) for number in range(3)]
    bad = [
        message("nonsense"),
        message({**told(), "detail-type": "OrderPlaced.v2"}),
        message(told(currency=5)),
        message({**told(), "detail": "none"}),
    ]
    assert deliver(consumer, good[0], *bad, *good[1:]) == bad
    found = by_key(consumer.__name__.partition(".")[0])
    assert {key for key in found if "o-" in key} in (
        {"o-0", "o-1", "o-2"},
        {"counted#o-0", "counted#o-1", "counted#o-2"},
    )


def test_a_field_of_a_later_version_disturbs_nobody(consumer: ModuleType) -> None:
    assert deliver(consumer, message(told(gift=True))) == []


def test_delivered_again_and_at_once_it_changes_nothing(consumer: ModuleType) -> None:
    table = consumer.__name__.partition(".")[0]
    deliver(consumer, message(told()))
    once = by_key(table)
    with ThreadPoolExecutor(4) as pool:
        left = list(pool.map(lambda _: deliver(consumer, message(told()), message(told())), range(4)))
    # A delivery that met another one goes back and comes again, when there is nothing left to do.
    assert all(deliver(consumer, *each) == [] for each in left if each)
    assert by_key(table) == once


@pytest.mark.parametrize("event", ["before-call.dynamodb", "after-call.dynamodb"])
def test_redelivery_finishes_what_a_crash_left(consumer: ModuleType, event: str) -> None:
    table, sent = consumer.__name__.partition(".")[0], message(told())

    def crash(**_: object) -> None:
        raise Crash

    with hooked(consumer, event, crash), pytest.raises(Crash):
        deliver(consumer, sent)
    assert deliver(consumer, sent) == []
    after = by_key(table)
    assert deliver(consumer, sent) == []
    assert by_key(table) == after


def test_throttled_writes_are_tried_again(consumer: ModuleType) -> None:
    sent = message(told())
    with hooked(consumer, "before-call.dynamodb", error("ThrottlingException")):
        assert deliver(consumer, sent) == [sent]
    assert deliver(consumer, sent) == []


def test_stock_counts_the_pieces_of_each_article(stock: ModuleType) -> None:
    deliver(stock, message(told()), message(told(order_id="o-2")))
    found = by_key("stock_demand")
    assert found["sku#A"] == {"pieces": "6"}
    assert found["sku#B"] == {"pieces": "2"}


def test_sales_count_orders_and_turnover_by_day_and_currency(sales: ModuleType) -> None:
    deliver(sales, message(told()), message(told(order_id="o-2", total_cents=50)))
    deliver(sales, message(told(order_id="o-3", currency="USD")))
    read = ShardedCounters(client("dynamodb"), "sales_figures").read
    assert (read("orders#2026-11-26#EUR"), read("turnover_cents#2026-11-26#EUR")) == (2, 1200)
    assert (read("orders#2026-11-26#USD"), read("turnover_cents#2026-11-26#USD")) == (1, 1150)


def test_notes_are_sentences_for_the_customer(notifier: ModuleType) -> None:
    deliver(notifier, message(told(total_cents=1205)))
    [note] = by_key("order_notifier").values()
    assert note["customer"] == "ada"
    assert note["note"].endswith(": 4 pieces for 12.05 EUR.")


def test_the_largest_order_fits_into_one_transaction(stock: ModuleType) -> None:
    lines = [{"sku": f"s{number}", "quantity": 1, "price_cents": 1} for number in range(50)]
    assert deliver(stock, message(told(lines=lines))) == []
    assert len(items("stock_demand")) == 51


@pytest.mark.parametrize(
    "other", [{"total_cents": 1}, {"customer": "bob"}, {"currency": "USD"}, {"delivery": "pickup"}], ids=str
)
def test_the_same_order_with_other_contents_goes_back_and_changes_nothing(
    consumer: ModuleType, other: dict[str, object]
) -> None:
    table = consumer.__name__.partition(".")[0]
    deliver(consumer, message(told()))
    once = by_key(table)
    again = message({**told(), "time": "2026-11-27T09:00:00Z"})
    contradiction = message(told(**other))
    assert deliver(consumer, again, contradiction) == [contradiction]
    assert by_key(table) == once

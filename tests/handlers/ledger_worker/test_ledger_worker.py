import json
import random
from types import ModuleType
from typing import Any

import pytest

from ledger_worker.domain import Entry, parse
from tests.handlers.support import Crash, Message, deliver, error, hooked, items, message, recorded
from wellmade_runtime.identity import ContradictionError
from wellmade_runtime.messages import InvalidMessageError


def entry(account: str, entry_id: str, cents: int) -> Message:
    return message({"account": account, "entry_id": entry_id, "amount_cents": cents}, group=account)


def bad(account: str) -> Message:
    return message({"account": account}, group=account)


def balances() -> dict[str, int]:
    return {
        item["pk"]["S"]: int(item["balance_cents"]["N"])
        for item in items("ledger")
        if item["sk"]["S"] == "balance"
    }


def booked(account: str) -> list[str]:
    return sorted(
        item["sk"]["S"]
        for item in items("ledger")
        if item["pk"]["S"] == account and item["sk"]["S"] != "balance"
    )


def test_entries_add_up(ledger: ModuleType) -> None:
    assert deliver(ledger, entry("a", "1", 100), entry("a", "2", -30), entry("b", "1", 7)) == []
    assert balances() == {"a": 70, "b": 7}
    assert booked("a") == ["entry#1", "entry#2"]


def test_duplicate_changes_nothing(ledger: ModuleType) -> None:
    assert deliver(ledger, entry("a", "1", 100), entry("a", "1", 100)) == []
    assert deliver(ledger, entry("a", "1", 100)) == []
    assert balances() == {"a": 100}


def test_same_number_with_another_amount_goes_back(ledger: ModuleType) -> None:
    deliver(ledger, entry("a", "1", 100))
    other = entry("a", "1", 200)
    assert deliver(ledger, other) == [other]
    assert balances() == {"a": 100}
    with pytest.raises(ContradictionError, match=r"^this entry was seen before with other contents$"):
        ledger.store.book(Entry("a", "1", 200))


def test_after_a_failure_the_rest_of_its_group_goes_back_and_other_groups_proceed(ledger: ModuleType) -> None:
    batch = [
        entry("a", "1", 1),
        entry("b", "1", 10),
        bad("a"),
        entry("b", "2", 20),
        entry("a", "2", 2),
        entry("c", "1", 5),
        entry("a", "3", 4),
    ]
    assert deliver(ledger, *batch) == [batch[2], batch[4], batch[6]]
    assert balances() == {"a": 1, "b": 30, "c": 5}


def test_next_batch_does_not_remember_the_failure(ledger: ModuleType) -> None:
    deliver(ledger, bad("a"))
    assert deliver(ledger, entry("a", "1", 1)) == []


@pytest.mark.parametrize("event", ["before-call", "after-call"])
def test_redelivery_finishes_what_a_crash_left(ledger: ModuleType, event: str) -> None:
    sent = entry("a", "1", 100)

    def crash(**_: Any) -> None:
        raise Crash

    with hooked(ledger, event, crash), pytest.raises(Crash):
        deliver(ledger, sent)
    assert deliver(ledger, sent) == []
    assert balances() == {"a": 100}


def test_conflict_with_another_transaction_goes_back(ledger: ModuleType) -> None:
    sent = entry("a", "1", 100)

    def conflict(**_: Any) -> Any:
        answered, parsed = error("TransactionCanceledException")()
        return answered, {
            **parsed,
            "CancellationReasons": [{"Code": "None"}, {"Code": "TransactionConflict"}],
        }

    with hooked(ledger, "before-call.dynamodb", conflict):
        assert deliver(ledger, sent) == [sent]
    assert deliver(ledger, sent) == []


def test_balance_is_the_sum_of_the_entries_however_often_they_are_delivered(ledger: ModuleType) -> None:
    chance = random.Random(3)  # noqa: S311 - a fixed course of events
    deliveries = [(chance.choice("abc"), chance.randint(1, 9)) for _ in range(60)]
    for start in range(0, 60, 10):
        batch = [
            entry(account, str(number), 10**number) for account, number in deliveries[start : start + 10]
        ]
        assert deliver(ledger, *batch) == []
    assert len(set(deliveries)) < 60
    assert balances() == {
        account: sum(10**number for each, number in set(deliveries) if each == account) for account in "abc"
    }


def test_actions_and_resources(ledger: ModuleType) -> None:
    with recorded(ledger) as calls:
        deliver(ledger, entry("a", "1", 100), entry("a", "1", 100))
    items_ = [item for _, parameters in calls for item in parameters["TransactItems"]]
    assert {(operation, what["TableName"]) for item in items_ for operation, what in item.items()} == {
        ("Put", "ledger"),
        ("Update", "ledger"),
    }


def test_the_longest_number_fits_a_sort_key(ledger: ModuleType) -> None:
    longest = "\U0001f600" * 250
    assert deliver(ledger, message({"account": "a", "entry_id": longest, "amount_cents": 5}, group="a")) == []
    [key] = [item["sk"]["S"] for item in items("ledger") if item["sk"]["S"] != "balance"]
    assert 1000 < len(key.encode()) <= 1024
    too_long = json.dumps({"account": "a", "entry_id": longest + "a", "amount_cents": 5})
    with pytest.raises(InvalidMessageError, match="entry_id must be text of 1 to 250 characters"):
        parse(too_long)


def test_parses_an_entry_and_leaves_unknown_fields_to_later_versions() -> None:
    body = '{"account": "a", "entry_id": "1", "amount_cents": -5, "memo": "x"}'
    assert parse(body) == Entry("a", "1", -5)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("[]", "body must be a JSON object, got a list of 0"),
        ("{}", "account must be text of 1 to 256 characters, got nothing"),
        ('{"account": "a"}', "entry_id must be text of 1 to 250 characters, got nothing"),
        (
            '{"account": "a", "entry_id": "1", "amount_cents": 1.5}',
            "amount_cents must be a whole number .*, got a number with a fraction",
        ),
        ('{"account": "a", "entry_id": "1", "amount_cents": 1e99}', "amount_cents must be a whole number .*"),
    ],
)
def test_refuses_a_bad_entry(body: str, said: str) -> None:
    with pytest.raises(InvalidMessageError, match=f"^{said}$"):
        parse(body)

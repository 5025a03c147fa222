"""Identities belong to somebody, and contradictions are refused."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wellmade_runtime.identity import (
    ContradictionError,
    KeyTooLongError,
    fingerprint,
    partition_key,
    refuse_contradiction,
    scoped,
)

PARTS = st.text(st.sampled_from("a#.\0é1"), max_size=4)


@given(st.tuples(PARTS, PARTS), st.tuples(PARTS, PARTS))
def test_identities_of_two_owners_never_meet(one: tuple[str, str], other: tuple[str, str]) -> None:
    assert (scoped(*one) == scoped(*other)) == (one == other)


def test_a_scoped_identity_begins_with_what_was_chosen() -> None:
    assert scoped("ada", "A-1").startswith("A-1.")


def test_fields_have_no_order_and_numbers_are_no_texts() -> None:
    assert fingerprint({"a": 1, "b": [2]}) == fingerprint({"b": [2], "a": 1})
    different = [{"a": 1}, {"a": "1"}, {"a": [1]}, {"a": None}, {}, None, []]
    assert [one == other for one, other in product(different, repeat=2)] == [
        fingerprint(one) == fingerprint(other) for one, other in product(different, repeat=2)
    ]


def test_an_item_of_other_contents_is_a_contradiction() -> None:
    kept = {"fingerprint": {"S": fingerprint({"amount": 1})}}
    refuse_contradiction(kept, {"amount": 1}, "order")
    for contents in ({"amount": 2}, None):
        with pytest.raises(ContradictionError, match=r"^this order was seen before with other contents$"):
            refuse_contradiction(kept, contents, "order")


def test_a_key_that_no_table_takes_is_refused_at_once() -> None:
    assert partition_key("counted", "é" * 1000) == "counted#" + "é" * 1000
    with pytest.raises(KeyTooLongError, match="at most 2048 bytes"):
        partition_key("counted", "é" * 1021)


def test_a_refused_key_is_not_repeated() -> None:
    with pytest.raises(KeyTooLongError, match=r"^a partition key must be at most 2048 bytes, got 4000$"):
        partition_key("card" * 1000)

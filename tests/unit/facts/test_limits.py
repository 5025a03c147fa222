"""Facts that other facts or formulas follow from."""

import pytest

from wellmade.facts import fargate, sqs
from wellmade.facts.dynamodb import has_few_values
from wellmade.facts.prices import basis, price


def test_a_message_is_hidden_for_six_timeouts_and_the_window() -> None:
    assert sqs.least_visibility(30, 5) == 185


@pytest.mark.parametrize("key", ["status", "Region", "isPaid", "is_paid", "has-items"])
def test_names_with_few_values(key: str) -> None:
    assert has_few_values(key)


@pytest.mark.parametrize("key", ["order_id", "island", "history", "tenant"])
def test_names_with_many_values(key: str) -> None:
    assert not has_few_values(key)


def test_a_task_with_more_processors_may_have_more_memory() -> None:
    assert list(fargate.SIZES) == sorted(fargate.SIZES)
    assert all(list(memory) == sorted(memory) for memory in fargate.SIZES.values())
    assert [memory[0] for memory in fargate.SIZES.values()] == [512, 1024, 2048, 4096, 8192, 16384, 32768]
    assert [memory[-1] for memory in fargate.SIZES.values()] == [
        2048,
        4096,
        8192,
        16384,
        30720,
        61440,
        122880,
    ]


def test_prices_have_a_date() -> None:
    assert price("nat_gateway_hour") > 0
    assert basis().startswith("list prices of us-east-1 as of 20")

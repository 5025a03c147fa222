"""One output by its name, for a command line to fill in."""

import pytest

from wellmade.errors import WellmadeError
from wellmade.local.one_output import value_of

OUTPUTS = {"orders": {"Url": "http://one", "Queue": "orders-queue"}, "shop": {"Url": "http://two"}}


@pytest.mark.parametrize(
    ("name", "value"),
    [("Queue", "orders-queue"), ("shop.Url", "http://two"), ("orders.Queue", "orders-queue")],
)
def test_it_is_found_by_its_name_and_by_that_of_its_stack(name: str, value: str) -> None:
    assert value_of(name, OUTPUTS) == value


@pytest.mark.parametrize(
    ("name", "outputs", "told"),
    [
        ("Url", OUTPUTS, "--output Url: several stacks have it; name one of: orders.Url, shop.Url"),
        ("url", OUTPUTS, "--output url: no stack has it; there are: orders.Url, orders.Queue, shop.Url"),
        ("Url", {}, "--output Url: no stack has it; there are: none"),
    ],
)
def test_what_is_not_just_one_is_refused_with_the_names(
    name: str, outputs: dict[str, dict[str, str]], told: str
) -> None:
    with pytest.raises(WellmadeError) as refused:
        value_of(name, outputs)
    assert str(refused.value) == told

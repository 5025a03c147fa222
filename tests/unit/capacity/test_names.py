"""Resources are found by the names that people have for them; where several are meant, all are listed."""

import json
from pathlib import Path

import pytest

from wellmade.capacity.names import UnknownNameError, find
from wellmade.graph import Resource, load

QUEUE, NAMED = "OrdersMessages1AE3BE1B", "OrdersHandlerA8584A8A"


@pytest.fixture
def resources(tmp_path: Path) -> list[Resource]:
    """Two stacks that both have orders; one of them records construct paths."""
    for stack, path in (("shop", None), ("desk", "desk/Incoming/Messages/Resource")):
        queue = {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": f"{stack}-orders"}}
        recorded = {"Metadata": {"aws:cdk:path": path}} if path else {}
        template = {"Resources": {QUEUE: queue | recorded, NAMED: {"Type": "AWS::Lambda::Function"}}}
        (tmp_path / f"{stack}.template.json").write_text(json.dumps(template))
    return list(load([tmp_path]).resources.values())


@pytest.mark.parametrize(
    ("name", "found"),
    [
        (f"shop/{QUEUE}", f"shop/{QUEUE}"),
        ("shop/OrdersMessages", f"shop/{QUEUE}"),
        ("shop-orders", f"shop/{QUEUE}"),
        ("desk/Incoming/Messages", f"desk/{QUEUE}"),
        ("Incoming/Messages", f"desk/{QUEUE}"),
        ("shop/Orders/Messages", f"shop/{QUEUE}"),
        ("shop/Orders/Handler/Resource", f"shop/{NAMED}"),
    ],
)
def test_a_name_may_say_its_stack(name: str, found: str, resources: list[Resource]) -> None:
    assert find(name, resources).id == found


@pytest.mark.parametrize("name", [NAMED, "OrdersHandler", "Orders/Handler"])
def test_the_resources_that_a_name_may_mean_are_listed(name: str, resources: list[Resource]) -> None:
    listed = rf"^means 2 resources; write one of these: desk/{NAMED}, shop/{NAMED}$"
    with pytest.raises(UnknownNameError, match=listed):
        find(name, resources)


def test_another_stack_is_not_searched(resources: list[Resource]) -> None:
    with pytest.raises(UnknownNameError, match=r"^is not in the templates"):
        find("mall/OrdersHandler", resources)

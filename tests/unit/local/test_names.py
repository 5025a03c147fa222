"""Names that another stack has."""

import pytest

from wellmade.errors import WellmadeError
from wellmade.local.deployed import Resource
from wellmade.local.names import demand_free_names

QUEUE = Resource(
    "dev", "Inbox", "AWS::SQS::Queue", "http://localhost:1/000000000000/orders", dead_letter=False
)
GROUP = Resource("dev", "Log", "AWS::Logs::LogGroup", "/shop/orders", dead_letter=False)


def template(kind: str, **properties: object) -> dict[str, object]:
    return {"Resources": {"Mine": {"Type": kind, "Properties": properties}}}


def test_a_name_of_another_stack_is_refused() -> None:
    with pytest.raises(
        WellmadeError,
        match=r"^prod: Mine must have a name of its own, got 'orders', which Inbox of dev has; leave its name out",
    ):
        demand_free_names({"prod": template("AWS::SQS::Queue", QueueName="orders")}, [QUEUE, GROUP])


@pytest.mark.parametrize(
    ("stack", "kind", "properties"),
    [
        ("dev", "AWS::SQS::Queue", {"QueueName": "orders"}),
        ("prod", "AWS::SNS::Topic", {"TopicName": "orders"}),
        ("prod", "AWS::Logs::LogGroup", {"LogGroupName": "/other/orders"}),
        ("prod", "AWS::SQS::Queue", {"QueueName": {"Ref": "Name"}}),
        ("prod", "AWS::SQS::Queue", {}),
    ],
)
def test_others_are_not(stack: str, kind: str, properties: dict[str, object]) -> None:
    demand_free_names({stack: template(kind, **properties)}, [QUEUE, GROUP])

"""What keeps its name while another one is to be made: CloudFormation refuses that."""

from typing import Any

import pytest

from tests.unit.upgrade.test_upgrade import stack, table, upgrade
from wellmade.upgrade import Fate, compare
from wellmade.upgrade.report import verdict
from wellmade.upgrade.stacks import Written

TAKEN = "the deployment fails, and it stays as it is: its name, {}, is taken as long as it is there"
OTHER_KEY: dict[str, Any] = {"KeySchema": [{"AttributeName": "b", "KeyType": "HASH"}]}


@pytest.mark.parametrize(
    ("name", "said"),
    [("orders", "orders"), ({"Fn::Sub": "${AWS::StackName}-orders"}, "<AWS::StackName>-orders")],
)
def test_a_replacement_of_the_same_name_fails(name: Any, said: str) -> None:
    whole = upgrade(stack(It=table(TableName=name)), stack(It=table(TableName=name, **OTHER_KEY)))
    assert verdict(whole) == "Do not deploy. The name of 1 resource is taken: shop/It."
    [found] = whole.changes
    assert (found.fate, found.loses, found.data) == (Fate.REPLACED, True, TAKEN.format(said))


def test_a_replacement_whose_name_only_deployment_tells_is_one() -> None:
    name = {"Fn::Sub": "${Stage}-orders"}
    [found] = upgrade(stack(It=table(TableName=name)), stack(It=table(TableName=name, **OTHER_KEY))).changes
    assert found.data == "the old one is deleted once the new one is there, and the new one begins empty"


def test_a_queue_of_the_same_name_fails_too() -> None:
    queues = [
        {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "a.fifo", "FifoQueue": each}}
        for each in (True, False)
    ]
    [found] = upgrade(*(stack(It=each) for each in queues)).changes
    assert found.data == TAKEN.format("a.fifo")


@pytest.mark.parametrize("policy", ["Retain", "Delete"])
def test_the_same_name_under_another_id_fails(policy: str) -> None:
    before, after = table(TableName="orders", DeletionPolicy=policy), table(TableName="orders")
    [found] = upgrade(stack(Old=before), stack(New=after)).changes
    assert (found.fate, found.moved_to, found.data) == (Fate.DELETED, "shop/New", TAKEN.format("orders"))
    assert found.fix.startswith("keep its logical id")


def test_the_same_name_in_another_stack_fails_in_the_same_region_alone() -> None:
    def app(name: str, region: str) -> dict[str, Written]:
        return {name: Written(name, stack(It=table(TableName="orders")), environment=f"aws://1/{region}")}

    [found] = compare(app("shop", "eu-west-1"), app("store", "eu-west-1")).changes
    assert (found.fate, found.data) == (Fate.LEFT, TAKEN.format("orders"))
    [found] = compare(app("shop", "eu-west-1"), app("store", "eu-central-1")).changes
    assert found.data == "it stays where it is, and store/It begins empty"


def test_what_a_condition_may_take_away_has_no_successor() -> None:
    def template(value: str) -> dict[str, Any]:
        rules = {"Conditions": {"On": {"Fn::Equals": ["a", value]}}}
        return {**rules, **stack(It={**table(TableName="orders"), "Condition": "On"})}

    [found] = upgrade(template("a"), template("b")).changes
    assert (found.fate, found.refused) == (Fate.PERHAPS, False)

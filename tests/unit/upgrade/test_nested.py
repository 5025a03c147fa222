"""What an update does through nested stacks: values go into them and come out, and all goes with its stack."""

from itertools import pairwise
from typing import Any

import pytest

from wellmade.upgrade import Fate, Upgrade, compare
from wellmade.upgrade.moves import Moves
from wellmade.upgrade.stacks import Written

TABLE = "AWS::DynamoDB::Table"
SWITCHED = {
    "Parameters": {"Tables": {"Type": "String"}},
    "Conditions": {"On": {"Fn::Equals": [{"Ref": "Tables"}, "yes"]}},
}


def stack(**resources: dict[str, Any]) -> dict[str, Any]:
    return {"Resources": resources}


def nested(given: Any = None, **more: Any) -> dict[str, Any]:
    return {"Type": "AWS::CloudFormation::Stack", "Properties": {"Parameters": given or {}}, **more}


def app(above: dict[str, Any], **inner: dict[str, Any]) -> dict[str, Written]:
    stacks = {f"shop/{name}": Written(f"shop/{name}", body, is_nested=True) for name, body in inner.items()}
    return {"shop": Written("shop", above), **stacks}


def lost(found: Upgrade) -> list[tuple[str, Fate]]:
    return [(each.id, each.fate) for each in found.loses]


def named(default: str) -> dict[str, Any]:
    declared = {"Name": {"Type": "String", "Default": default}}
    return {
        "Parameters": declared,
        **stack(It={"Type": TABLE, "Properties": {"TableName": {"Ref": "Name"}}}),
    }


def test_a_parameter_that_switches_a_condition_may_take_away() -> None:
    inner = {**SWITCHED, **stack(It={"Type": TABLE, "Condition": "On"})}
    before, after = (app(stack(In=nested({"Tables": value})), In=inner) for value in ("yes", "no"))
    assert not compare(before, before).changes
    [found] = compare(before, after).loses
    assert (found.id, found.fate) == ("shop/In/It", Fate.PERHAPS)
    assert found.why == "the condition On refers to Tables, which changes from yes to no"


def test_a_parameter_that_chooses_another_name_may_replace() -> None:
    name = {"Fn::If": ["On", "a", "b"]}
    inner = {**SWITCHED, **stack(It={"Type": TABLE, "Properties": {"TableName": name}})}
    before, after = (app(stack(In=nested({"Tables": value})), In=inner) for value in ("yes", "no"))
    assert lost(compare(before, after)) == [("shop/In/It", Fate.PERHAPS)]


def test_the_default_of_a_parameter_that_is_not_given_counts() -> None:
    before, after = app(stack(In=nested()), In=named("a")), app(stack(In=nested()), In=named("b"))
    assert lost(compare(before, after)) == [("shop/In/It", Fate.REPLACED)]
    given = app(stack(In=nested({"Name": "b"})), In=named("a"))
    assert lost(compare(before, given)) == [("shop/In/It", Fate.REPLACED)]
    assert not compare(after, given).changes


def test_all_that_a_nested_stack_holds_goes_with_it() -> None:
    inner = stack(It={"Type": TABLE})
    before, after = app(stack(In=nested()), In=inner), app(stack(In=nested(Condition="On")), In=inner)
    [found] = compare(before, after).loses
    assert (found.id, found.fate) == ("shop/In/It", Fate.PERHAPS)
    assert found.why.startswith("so is its nested stack: it is there under the condition On")


def test_an_output_of_a_nested_stack_replaces_what_is_made_of_it() -> None:
    """Out of one nested stack, and through what nests both into the other."""

    def template(name: str) -> dict[str, Written]:
        group = {"Type": "AWS::RDS::DBSubnetGroup", "Properties": {"DBSubnetGroupName": name}}
        network = {**stack(Group=group), "Outputs": {"Subnets": {"Value": {"Ref": "Group"}}}}
        output = {"Fn::GetAtt": ["Network", "Outputs.Subnets"]}
        cluster = {"Type": "AWS::RDS::DBCluster", "Properties": {"DBSubnetGroupName": {"Ref": "Group"}}}
        beside = {"Type": "AWS::RDS::DBCluster", "Properties": {"DBSubnetGroupName": output}}
        above = stack(Network=nested(), Data=nested({"Group": output}), Beside=beside)
        declared = {"Parameters": {"Group": {"Type": "String"}}}
        return app(above, Network=network, Data={**declared, **stack(It=cluster)})

    assert not compare(template("a"), template("a")).changes
    found = compare(template("a"), template("b"))
    assert sorted(lost(found)) == [("shop/Beside", Fate.REPLACED), ("shop/Data/It", Fate.REPLACED)]


def test_a_nested_stack_whose_template_was_not_given_is_not_judged() -> None:
    one, other = ({**nested(), "Properties": {"TemplateURL": url}} for url in ("https://a", "https://b"))
    topic = {"Type": "AWS::SNS::Topic"}
    read = app(stack(In=one), In=stack(It={"Type": TABLE}))
    assert not compare(app(stack(In=one)), app(stack(In=one))).changes
    for before, after in (
        (app(stack(In=one)), app(stack(In=other))),
        (app(stack(In=one)), app(stack(Topic=topic))),
        (read, app(stack(In=one))),
    ):
        assert lost(compare(before, after)) == [("shop/In", Fate.NOT_JUDGED)]


def test_a_nested_stack_that_a_condition_left_out_is_new() -> None:
    """CloudFormation was asked for it, and has none."""
    inner = nested(Condition="On")
    assert not compare(app(stack(In=inner)), app(stack(In=inner), In=stack(It={"Type": TABLE}))).loses


@pytest.mark.parametrize("name", ["MasterPassword", "AuthToken", "UserData"])
def test_no_secret_is_told(name: str) -> None:
    bound = {"Type": TABLE, "Properties": {"TableName": {"Ref": name}}}
    inner = {"Parameters": {name: {"Type": "String", "NoEcho": True}}, **stack(It=bound)}
    before, after = (app(stack(In=nested({name: value})), In=inner) for value in ("hunter2", "hunter3"))
    [found] = compare(before, after).loses
    assert found.why == f"TableName refers to {name}, which changes"


def test_nothing_promises_to_move_what_is_nested() -> None:
    """`cdk refactor` names resources by their stack and logical id, and knows no stack in a stack."""
    inner = stack(It={"Type": TABLE, "Properties": {"KeySchema": ["id"]}})
    before, after = app(stack(Old=nested()), Old=inner), app(stack(New=nested()), New=inner)
    [found] = compare(before, after).loses
    assert (found.moved_to, found.fix) == (
        "shop/New/It",
        "keep its logical id (`override_logical_id`), or copy what it holds",
    )
    assert Moves(before, after).mapping == {"environments": []}


@pytest.mark.parametrize("order", [list("abcdefgh"), list("hgfedcba")])
def test_a_value_goes_through_any_number_of_nested_stacks(order: list[str]) -> None:
    topic = {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": {"Ref": "Name"}}}
    passes_on = {**stack(Topic=topic), "Outputs": {"Name": {"Value": {"Ref": "Topic"}}}}
    given = {name: {"Fn::GetAtt": [before, "Outputs.Name"]} for before, name in pairwise(order)}

    def template(value: str) -> dict[str, Written]:
        above = stack(**{name: nested({"Name": given.get(name, value)}) for name in sorted(order)})
        return app(above, **dict.fromkeys(order, passes_on))

    assert len(compare(template("a"), template("b")).changes) == len(order)

"""Conditions compare what a template means."""

import json
from typing import Any

import pytest

from wellmade.local.server import LocalCloud

pytestmark = pytest.mark.local

PARAMETERS = {
    "Stage": {"Type": "String", "Default": "prod"},
    "Policies": {"Type": "CommaDelimitedList", "Default": ""},
}
MAPPINGS = {"Of": {"us-east-1": {"kind": "home"}}}
REGION = {"Ref": "AWS::Region"}
CONDITIONS: dict[str, tuple[Any, bool]] = {
    "Region": ({"Fn::Equals": [REGION, "us-east-1"]}, True),
    "Another": ({"Fn::Or": [{"Fn::Equals": [REGION, "eu-west-1"]}, {"Condition": "Joined"}]}, False),
    "Account": ({"Fn::Not": [{"Fn::Equals": [{"Ref": "AWS::AccountId"}, "000000000000"]}]}, False),
    "Joined": ({"Fn::Not": [{"Fn::Equals": ["", {"Fn::Join": ["", {"Ref": "Policies"}]}]}]}, False),
    "Mapped": ({"Fn::Equals": [{"Fn::FindInMap": ["Of", REGION, "kind"]}, "home"]}, True),
    "Written": ({"Fn::Equals": [{"Fn::Sub": "${Stage}-${AWS::Region}"}, "prod-us-east-1"]}, True),
    "Split": ({"Fn::Equals": [{"Fn::Select": [0, {"Fn::Split": ["-", REGION]}]}, "us"]}, True),
    "Plain": ({"Fn::Equals": [{"Ref": "Stage"}, "prod"]}, True),
    "Both": ({"Fn::And": [{"Condition": "Region"}, {"Condition": "Plain"}]}, True),
}


def test_each_resource_is_there_as_its_condition_says(cloud: LocalCloud) -> None:
    template = {
        "Parameters": PARAMETERS,
        "Mappings": MAPPINGS,
        "Conditions": {name: condition for name, (condition, _) in CONDITIONS.items()},
        "Resources": {f"Queue{name}": {"Type": "AWS::SQS::Queue", "Condition": name} for name in CONDITIONS},
    }
    formation = cloud.client("cloudformation")
    formation.create_stack(StackName="conditions", TemplateBody=json.dumps(template))
    formation.get_waiter("stack_create_complete").wait(
        StackName="conditions", WaiterConfig={"Delay": 1, "MaxAttempts": 30}
    )

    made = formation.describe_stack_resources(StackName="conditions")["StackResources"]
    assert {each["LogicalResourceId"] for each in made} == {
        f"Queue{name}" for name, (_, is_there) in CONDITIONS.items() if is_there
    }

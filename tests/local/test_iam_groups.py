"""Groups of IAM and who is in them, as a template has them."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from wellmade.local.server import LocalCloud

pytestmark = pytest.mark.local

READ = {"Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]}
MANAGED = "arn:aws:iam::aws:policy/AmazonSQSReadOnlyAccess"


def template(*users: str, managed: str | None = None) -> str:
    """A group with a policy of its own and one beside it, and users in it."""
    inline = [{"PolicyName": "own", "PolicyDocument": READ}]
    beside = {"PolicyName": "beside", "PolicyDocument": READ, "Groups": [{"Ref": "Readers"}]}
    properties: dict[str, Any] = {"Policies": inline, "ManagedPolicyArns": [managed] if managed else []}
    people = {name: {"Type": "AWS::IAM::User"} for name in ("Ann", "Bob")}
    addition = {"GroupName": {"Ref": "Readers"}, "Users": [{"Ref": user} for user in users]}
    resources = {
        **people,
        "Readers": {"Type": "AWS::IAM::Group", "Properties": properties},
        "Beside": {"Type": "AWS::IAM::Policy", "Properties": beside},
        "Within": {"Type": "AWS::IAM::UserToGroupAddition", "Properties": addition},
    }
    outputs = {"Name": {"Value": {"Ref": "Readers"}}, "Arn": {"Value": {"Fn::GetAtt": ["Readers", "Arn"]}}}
    return json.dumps({"Resources": resources, "Outputs": outputs})


def test_a_group_is_what_its_template_says(cloud: LocalCloud, eventually: Callable[..., None]) -> None:
    formation, iam = cloud.client("cloudformation"), cloud.client("iam")

    def stack() -> dict[str, Any]:
        return dict(formation.describe_stacks(StackName="people")["Stacks"][0])

    def members(group: str) -> list[str]:
        return [user["UserName"].split("-")[1] for user in iam.get_group(GroupName=group)["Users"]]

    formation.create_stack(
        StackName="people",
        TemplateBody=template("Ann", managed=MANAGED),
        Capabilities=["CAPABILITY_IAM"],
    )
    eventually(lambda: stack()["StackStatus"] == "CREATE_COMPLETE", seconds=60, otherwise=stack)
    outputs = {each["OutputKey"]: each["OutputValue"] for each in stack()["Outputs"]}
    name = outputs["Name"]

    assert outputs["Arn"].endswith(f":group/{name}")
    assert members(name) == ["Ann"]
    assert sorted(iam.list_group_policies(GroupName=name)["PolicyNames"]) == ["beside", "own"]
    attached = iam.list_attached_group_policies(GroupName=name)["AttachedPolicies"]
    assert [policy["PolicyArn"] for policy in attached] == [MANAGED]

    formation.update_stack(StackName="people", TemplateBody=template("Bob"), Capabilities=["CAPABILITY_IAM"])
    eventually(lambda: stack()["StackStatus"] == "UPDATE_COMPLETE", seconds=60, otherwise=stack)

    assert members(name) == ["Bob"]
    assert iam.list_attached_group_policies(GroupName=name)["AttachedPolicies"] == []

"""A role of a template has the permissions boundary that the template gives it, until that is taken away."""

import json
from typing import Any

import pytest

from wellmade.local.server import LocalCloud

pytestmark = pytest.mark.local

NOTHING = {"Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}], "Version": "2012-10-17"}
TRUST = {
    "Statement": [
        {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}
    ],
    "Version": "2012-10-17",
}


def template(boundary: dict[str, Any]) -> str:
    limit = {"Type": "AWS::IAM::ManagedPolicy", "Properties": {"PolicyDocument": NOTHING}}
    role = {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": TRUST, **boundary}}
    outputs = {"Name": {"Value": {"Ref": "Role"}}, "Limit": {"Value": {"Ref": "Limit"}}}
    return json.dumps({"Resources": {"Limit": limit, "Role": role}, "Outputs": outputs})


def boundary_of(cloud: LocalCloud, stack: str) -> tuple[str | None, str]:
    """Return the boundary of the stack's role, and the one of its template."""
    [described] = cloud.client("cloudformation").describe_stacks(StackName=stack)["Stacks"]
    outputs = {each["OutputKey"]: each["OutputValue"] for each in described["Outputs"]}
    role: dict[str, Any] = cloud.client("iam").get_role(RoleName=outputs["Name"])["Role"]
    return role.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn"), outputs["Limit"]


def test_it_comes_and_goes_with_the_template(cloud: LocalCloud) -> None:
    formation, within = cloud.client("cloudformation"), {"PermissionsBoundary": {"Ref": "Limit"}}

    formation.create_stack(
        StackName="limited", TemplateBody=template(within), Capabilities=["CAPABILITY_IAM"]
    )
    formation.get_waiter("stack_create_complete").wait(StackName="limited", WaiterConfig={"Delay": 1})
    found, wanted = boundary_of(cloud, "limited")
    assert found == wanted

    formation.update_stack(StackName="limited", TemplateBody=template({}), Capabilities=["CAPABILITY_IAM"])
    formation.get_waiter("stack_update_complete").wait(StackName="limited", WaiterConfig={"Delay": 1})
    assert boundary_of(cloud, "limited")[0] is None

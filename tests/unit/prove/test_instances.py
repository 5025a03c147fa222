"""A launch of instances acts on its image, on what it names and on what is made for it, and passes a role.

Sources: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ExamplePolicies_EC2.html and
https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/permission-to-pass-iam-roles.html
"""

from pathlib import Path
from typing import Any

import pytest

from tests.unit.prove.cases import LOG, function, get, prove, role, said
from tests.unit.prove.support import Document, allow, call
from wellmade.prove.calls import AccountContext, Call, requests

HERE = "arn:aws:ec2:us-east-1:123456789012:"
IMAGE = "arn:aws:ec2:us-east-1::image/ami-1"
MADE = ["instance", "network-interface", "volume"]
LEAST = {"ImageId": "ami-1", "MinCount": 1, "MaxCount": 1}
ALL = allow("ec2:RunInstances", "*")


def asked(**parameters: Any) -> set[tuple[str, str]]:
    made = Call("ec2", "RunInstances", {**LEAST, **parameters})
    return {(each.action, each.resource) for each in requests(made, AccountContext("123456789012"))}


def launches(*places: str) -> set[tuple[str, str]]:
    return {("ec2:RunInstances", place) for place in (IMAGE, *(f"{HERE}{each}" for each in places))}


MADE_FOR_IT = [f"{each}/*" for each in MADE]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, launches(*MADE_FOR_IT, "subnet/*", "security-group/*")),
        (
            {"SubnetId": "subnet-1", "SecurityGroupIds": ["sg-1", "sg-2"], "KeyName": "mine"},
            launches(
                *MADE_FOR_IT, "subnet/subnet-1", "security-group/sg-1", "security-group/sg-2", "key-pair/mine"
            ),
        ),
        (
            {"NetworkInterfaces": [{"DeviceIndex": 0, "SubnetId": "subnet-1", "Groups": ["sg-1"]}]},
            launches(*MADE_FOR_IT, "subnet/subnet-1", "security-group/sg-1"),
        ),
        (
            {"TagSpecifications": [{"ResourceType": "instance", "Tags": [{"Key": "a", "Value": "b"}]}]},
            launches(*MADE_FOR_IT, "subnet/*", "security-group/*")
            | {("ec2:CreateTags", f"{HERE}instance/*")},
        ),
    ],
)
def test_what_it_acts_on(given: dict[str, Any], expected: set[tuple[str, str]]) -> None:
    assert asked(**given) == expected


def app(*statements: Document) -> dict[str, Document]:
    return {
        "Worker": function({"PROFILE": {"Ref": "Profile"}}),
        "Role": role(LOG, *statements),
        "Given": role(LOG),
        "Profile": {"Type": "AWS::IAM::InstanceProfile", "Properties": {"Roles": [{"Ref": "Given"}]}},
    }


def judged(folder: Path, *statements: Document, **given: Any) -> tuple[str, set[str], set[str]]:
    made = call("ec2", "RunInstances", **LEAST, **given)
    return said(prove(folder, app(*statements), made, variables={"PROFILE": "its-profile"}))


def passes(of: str, to: str = "ec2.amazonaws.com") -> Document:
    return allow("iam:PassRole", get(of), Condition={"StringEquals": {"iam:PassedToService": to}})


@pytest.mark.parametrize(
    "profile", [{"Name": "its-profile"}, {"Arn": "arn:aws:iam::123456789012:instance-profile/its-profile"}]
)
@pytest.mark.parametrize(
    ("statements", "denied"),
    [
        ([ALL, passes("Given")], set()),
        ([ALL], {"iam:PassRole"}),
        ([ALL, passes("Given", "lambda.amazonaws.com")], {"iam:PassRole"}),
        ([passes("Given")], {"ec2:RunInstances"}),
    ],
)
def test_the_role_of_a_profile_is_passed(
    tmp_path: Path, profile: dict[str, str], statements: list[Document], denied: set[str]
) -> None:
    assert judged(tmp_path, *statements, IamInstanceProfile=profile)[:2] == (
        "not proven" if denied else "proven",
        denied,
    )


def test_without_a_profile_no_role_is_passed(tmp_path: Path) -> None:
    assert judged(tmp_path, ALL, passes("Given")) == ("not proven", set(), {"iam:PassRole"})


@pytest.mark.parametrize(
    "given", [{"LaunchTemplate": {"LaunchTemplateId": "lt-1"}}, {"IamInstanceProfile": {"Name": "a"}}]
)
def test_a_role_that_no_template_tells_is_not_judged(tmp_path: Path, given: dict[str, Any]) -> None:
    assert judged(tmp_path, ALL, passes("Given"), **given)[0] == "not judged"


def test_a_key_of_its_volumes_is_not_judged(tmp_path: Path) -> None:
    disk = {"DeviceName": "/dev/xvda", "Ebs": {"KmsKeyId": "a-key"}}
    assert judged(tmp_path, ALL, BlockDeviceMappings=[disk])[0] == "not judged"


@pytest.mark.parametrize("operation", ["RunInstances", "StartInstances"])
def test_the_right_to_keys_of_volumes_is_not_told_unused(tmp_path: Path, operation: str) -> None:
    key = allow("kms:CreateGrant", "arn:aws:kms:us-east-1:123456789012:key/mine")
    given: dict[str, Any] = LEAST if operation == "RunInstances" else {"InstanceIds": ["i-1"]}
    proof = prove(tmp_path, app(allow(f"ec2:{operation}", "*"), key), call("ec2", operation, **given))
    assert said(proof) == ("not judged", set(), set())

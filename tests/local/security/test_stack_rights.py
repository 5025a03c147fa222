"""CloudFormation makes nothing that who calls it may not make."""

import json

import pytest
from botocore.exceptions import ClientError

from tests.local.security.test_passed_roles import ALL, Client, client_with, document
from wellmade.local.server import LocalCloud

pytestmark = pytest.mark.local

TRUST = {"Effect": "Allow", "Principal": {"Service": "*"}, "Action": "sts:AssumeRole"}
EVERYTHING = {"PolicyName": "all", "PolicyDocument": {"Version": "2012-10-17", "Statement": [ALL]}}
TEMPLATE = json.dumps(
    {
        "Resources": {
            "Mine": {
                "Type": "AWS::IAM::Role",
                "Properties": {
                    "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [TRUST]},
                    "Policies": [EVERYTHING],
                },
            }
        }
    }
)
STACKS = {"Effect": "Allow", "Action": ["cloudformation:*", "iam:PassRole"], "Resource": "*"}


@pytest.fixture(scope="module")
def maker(cloud: LocalCloud) -> Client:
    return client_with(cloud, "stack-maker", STACKS)


def role_with(cloud: LocalCloud, name: str, statement: object) -> str:
    iam = cloud.client("iam")
    arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=document(TRUST))["Role"]["Arn"]
    iam.put_role_policy(RoleName=name, PolicyName="own", PolicyDocument=document(statement))
    return str(arn)


@pytest.fixture(scope="module")
def roles(cloud: LocalCloud) -> dict[str, str]:
    queues = {"Effect": "Allow", "Action": "sqs:*", "Resource": "*"}
    but_iam = {"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}
    return {
        name: role_with(cloud, name, each)
        for name, each in (("all", ALL), ("queues", queues), ("but-iam", but_iam))
    }


@pytest.mark.parametrize("role", ["", "queues", "but-iam"])
@pytest.mark.parametrize(
    "how", [{}, {"ChangeSetName": "made", "ChangeSetType": "CREATE"}], ids=["at once", "by a change set"]
)
def test_who_may_not_do_everything_makes_no_stack(
    maker: Client, roles: dict[str, str], role: str, how: dict[str, str]
) -> None:
    formation, by = maker("cloudformation"), {"RoleARN": roles[role]} if role else {}
    make = formation.create_change_set if how else formation.create_stack
    with pytest.raises(ClientError, match="makes stacks with all rights"):
        make(StackName="made", TemplateBody=TEMPLATE, **how, **by)


def test_nor_changes_one_of_others(cloud: LocalCloud, maker: Client) -> None:
    queue = json.dumps({"Resources": {"Queue": {"Type": "AWS::SQS::Queue"}}})
    cloud.client("cloudformation").create_stack(StackName="of-others", TemplateBody=queue)
    with pytest.raises(ClientError, match="makes stacks with all rights"):
        maker("cloudformation").update_stack(StackName="of-others", TemplateBody=TEMPLATE)


def test_a_role_that_may_do_everything_makes_it(maker: Client, roles: dict[str, str]) -> None:
    formation = maker("cloudformation")
    formation.create_stack(
        StackName="of-a-role", TemplateBody=TEMPLATE, RoleARN=roles["all"], Capabilities=["CAPABILITY_IAM"]
    )
    formation.get_waiter("stack_create_complete").wait(
        StackName="of-a-role", WaiterConfig={"Delay": 1, "MaxAttempts": 30}
    )

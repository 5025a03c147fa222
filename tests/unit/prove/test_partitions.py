"""Apps in China and in AWS GovCloud are judged in their partition.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
"""

import json
from pathlib import Path

import pytest

from tests.unit.prove.cases import get, prove, role, said, sub
from tests.unit.prove.support import Document, allow, call
from tests.unit.prove.test_adversary import READ, READS, SEND, SENDS, TESTED, app
from tests.unit.prove.test_whose import encrypted
from wellmade.facts.partitions import partition_of, requested_region
from wellmade.graph import load
from wellmade.prove.every import Proofs
from wellmade.prove.settings import Settings

REGIONS = {"cn-north-1": "aws-cn", "us-gov-west-1": "aws-us-gov"}
IN_NETWORK = {"VpcConfig": {"SubnetIds": ["subnet-1"], "SecurityGroupIds": ["sg-1"]}}
INTERFACES = (
    allow(["ec2:DeleteNetworkInterface", "ec2:DescribeNetworkInterfaces"], "*"),
    allow("ec2:CreateNetworkInterface", sub("arn:${AWS::Partition}:ec2:${AWS::Region}:${AWS::AccountId}:*")),
)
APPS: dict[str, tuple[dict[str, Document], Document]] = {
    "by an attribute": (app(READS), READ),
    "by the partition": (app(allow("s3:GetObject", sub("arn:${AWS::Partition}:s3:::${Files}/*"))), READ),
    "a queue by its address": (app(SENDS), SEND),
    "in a network": (app(READS, *INTERFACES, function_=IN_NETWORK), READ),
    "with a key": (encrypted(), READ),
}


@pytest.mark.parametrize("region", REGIONS)
@pytest.mark.parametrize("name", APPS)
def test_an_app_is_proven_in_its_partition(tmp_path: Path, name: str, region: str) -> None:
    resources, made = APPS[name]
    here = {**made, "default_region": True}
    proof = prove(tmp_path, resources, here, variables=TESTED, settings={"region": region})
    assert said(proof) == ("proven", set(), set())


@pytest.mark.parametrize("region", REGIONS)
def test_an_arn_of_another_partition_reaches_nothing(tmp_path: Path, region: str) -> None:
    resources = app(allow("s3:GetObject", sub("arn:aws:s3:::${Files}/*")))
    made = {**READ, "default_region": True}
    proof = prove(tmp_path, resources, made, variables=TESTED, settings={"region": region})
    [denied] = proof.report.denied
    assert denied.resource == f"arn:{REGIONS[region]}:s3:::Files/in/a"


@pytest.mark.parametrize("region", REGIONS)
def test_a_state_machine_waits_in_its_partition(tmp_path: Path, region: str) -> None:
    place = f"arn:{REGIONS[region]}:{{}}:{region}:123456789012:{{}}"
    state = {
        "Type": "Task",
        "Resource": f"arn:{REGIONS[region]}:states:::states:startExecution.sync:2",
        "Parameters": {"StateMachineArn": place.format("states", "stateMachine:other")},
        "End": True,
    }
    flow = {"RoleArn": get("Role"), "Definition": {"StartAt": "Go", "States": {"Go": state}}}
    rights = [
        allow("states:StartExecution", place.format("states", "stateMachine:other")),
        allow(
            ["states:DescribeExecution", "states:StopExecution"], place.format("states", "execution:other:*")
        ),
        allow(
            ["events:PutTargets", "events:PutRule", "events:DescribeRule"],
            place.format("events", "rule/StepFunctionsGetEventsForStepFunctionsExecutionRule"),
        ),
    ]
    resources = {
        "Flow": {"Type": "AWS::StepFunctions::StateMachine", "Properties": flow},
        "Role": role(*rights),
    }
    (tmp_path / "template.json").write_text(json.dumps({"Resources": resources}))
    graph = load([tmp_path / "template.json"])
    [proof] = Proofs(graph, None, Settings(tmp_path, region=region)).every()["machines"]
    assert said(proof) == ("proven", set(), set())


def test_where_regions_and_global_services_are() -> None:
    regions = ["eu-west-1", "cn-northwest-1", "us-gov-east-1", "eusc-de-east-1", "us-isob-east-1"]
    assert [*map(partition_of, regions)] == ["aws", "aws-cn", "aws-us-gov", "aws-eusc", "aws-iso-b"]
    asked = [
        ("iam", "eu-west-1"),
        ("iam", "cn-northwest-1"),
        ("route53", "us-gov-east-1"),
        ("s3", "eu-west-1"),
    ]
    found = [requested_region(*each) for each in asked]
    assert found == ["us-east-1", "cn-north-1", "us-gov-west-1", "eu-west-1"]


def test_a_machine_calls_a_table_of_its_partition(tmp_path: Path) -> None:
    made = {**call("dynamodb", "GetItem", TableName="rows-1", Key={"pk": {"S": "a"}}), "default_region": True}
    resources = app(allow("dynamodb:GetItem", get("Rows")))
    proof = prove(tmp_path, resources, made, variables=TESTED, settings={"region": "cn-north-1"})
    assert said(proof) == ("proven", set(), set())

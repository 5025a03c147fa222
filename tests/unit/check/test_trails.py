"""What the pair of `trail-loop` does not show: each way to say which requests a trail records."""

from pathlib import Path

import pytest

from tests.unit.check.snippets import findings
from wellmade.check.rules.s3.trail_loop import RULE

BASIC = """
      EventSelectors:
        - ReadWriteType: {kind}
          DataResources: [{{Type: "AWS::S3::Object", Values: [{value}]}}]
"""
ADVANCED = """
      AdvancedEventSelectors:
        - FieldSelectors:
            - {{Field: eventCategory, Equals: [Data]}}
            - {{Field: resources.type, Equals: ["AWS::S3::Object"]}}
            - {more}
"""
TEMPLATE = """
Parameters: {{Other: {{Type: String}}}}
Resources:
  Requests:
    Type: AWS::CloudTrail::Trail
    Properties:
      IsLogging: true
      S3BucketName: {{Ref: Logs}}{selectors}
  Logs: {{Type: "AWS::S3::Bucket", DeletionPolicy: Retain, UpdateReplacePolicy: Retain}}
  Orders: {{Type: "AWS::S3::Bucket", DeletionPolicy: Retain, UpdateReplacePolicy: Retain}}
"""
OWN, ORDERS = '{"Fn::Sub": "${Logs.Arn}/"}', '{"Fn::Sub": "${Orders.Arn}/"}'


def loops(tmp_path: Path, selectors: str) -> bool:
    return bool(findings(tmp_path, "trail-loop", TEMPLATE.format(selectors=selectors)))


@pytest.mark.parametrize(
    ("kind", "value", "wrong"),
    [
        ("All", '"arn:aws:s3"', True),
        ("WriteOnly", OWN, True),
        ("All", ORDERS, False),
        ("ReadOnly", '"arn:aws:s3"', False),
        ("All", "{Ref: Other}", False),
    ],
)
def test_basic_selectors(tmp_path: Path, kind: str, value: str, wrong: bool) -> None:  # noqa: FBT001 - pytest's
    assert loops(tmp_path, BASIC.format(kind=kind, value=value)) is wrong


@pytest.mark.parametrize(
    ("more", "wrong"),
    [
        ("{Field: readOnly, Equals: ['false']}", True),
        ("{Field: readOnly, Equals: ['true']}", False),
        ("{Field: eventName, Equals: [GetObject]}", False),
        ("{Field: eventName, Equals: [GetObject, PutObject]}", True),
        ("{Field: eventName, NotEquals: [PutObject]}", False),
        (f"{{Field: resources.ARN, StartsWith: [{OWN}]}}", True),
        (f"{{Field: resources.ARN, StartsWith: [{ORDERS}]}}", False),
        (f"{{Field: resources.ARN, NotStartsWith: [{ORDERS}]}}", True),
        ("{Field: resources.ARN, NotStartsWith: [{Ref: Other}]}", False),
        ("{Field: userIdentity.arn, NotStartsWith: ['arn:aws:iam::']}", False),
    ],
)
def test_advanced_selectors(tmp_path: Path, more: str, wrong: bool) -> None:  # noqa: FBT001 - pytest's
    assert loops(tmp_path, ADVANCED.format(more=more)) is wrong


def test_a_trail_that_suppresses_its_own_requests(tmp_path: Path) -> None:
    selectors = BASIC.format(kind="All", value='"arn:aws:s3"').rstrip() + "\n      RecursiveLogging: false\n"
    assert not loops(tmp_path, selectors)


def test_the_way_out_is_one_that_cloudformation_takes() -> None:
    """`RecursiveLogging` is of CloudTrail's API; neither CloudFormation's schema nor the CDK has it."""
    assert "RecursiveLogging" not in RULE.fix


MENDS = """
Resources:
  Fixes:
    Type: AWS::Config::RemediationConfiguration
    Properties:
      ConfigRuleName: public-buckets
      TargetType: SSM_DOCUMENT
      TargetId: AWS-DisableS3BucketPublicReadWrite
      Automatic: true
      Parameters:
        AutomationAssumeRole: {StaticValue: {Values: [{"Fn::GetAtt": [Role, Arn]}]}}
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: [{Effect: Allow, Principal: {Service: SERVICE}, Action: "sts:AssumeRole"}]
"""


@pytest.mark.parametrize(("service", "wrong"), [("ssm", False), ("config", True)])
def test_the_role_of_a_remediation_is_for_systems_manager(tmp_path: Path, service: str, wrong: bool) -> None:  # noqa: FBT001 - pytest's
    template = MENDS.replace("SERVICE", f"{service}.amazonaws.com")
    assert bool(findings(tmp_path, "role-trust", template)) is wrong

"""What the pair of `video-in-function` does not show."""

from pathlib import Path

import pytest

from tests.unit.check.snippets import findings

BUCKET = """
  Videos:
    Type: AWS::S3::Bucket
    Properties:
      NotificationConfiguration:
        LambdaConfigurations:
          - Event: s3:ObjectCreated:*
            Function: !GetAtt Worker.Arn
            Filter: {S3Key: {Rules: [{Name: suffix, Value: %s}]}}
  Worker:
    Type: AWS::Lambda::Function
    Properties: {Runtime: python3.14, Handler: a.b, Role: %s, Code: {ZipFile: ""}, Timeout: 900}
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: {Statement: []}
      Policies:
        - {PolicyName: All, PolicyDocument: {Statement: [{Effect: %s, Action: %s, Resource: "*"}]}}"""
OWN = "!GetAtt Role.Arn"


@pytest.mark.parametrize(
    ("suffix", "role", "effect", "action", "is_found"),
    [
        (".MOV", OWN, "Allow", "s3:GetObject", True),
        (".csv", OWN, "Allow", "s3:GetObject", False),
        ("!ImportValue suffix", OWN, "Allow", "s3:GetObject", False),
        (".webm", "!ImportValue role", "Allow", "s3:GetObject", False),
        (".webm", OWN, "Allow", "mediaconvert:CreateJob", False),
        (".webm", OWN, "Allow", "'states:*'", False),
        (".webm", OWN, "Allow", "'s3:GetObject*'", True),
        # What only writes down that a video is there, or tells somebody.
        (".webm", OWN, "Allow", "dynamodb:PutItem", False),
        (".webm", OWN, "Allow", "[s3:GetObject, rekognition:StartContentModeration]", False),
        (".webm", OWN, "Allow", "[s3:GetObject, 'sqs:Send*']", False),
    ],
)
def test_finds_functions_that_do_the_work_themselves(
    tmp_path: Path, suffix: str, role: str, effect: str, action: str, *, is_found: bool
) -> None:
    body = BUCKET % (suffix, role, effect, action)
    assert bool(findings(tmp_path, "video-in-function", body)) is is_found


@pytest.mark.parametrize(
    ("policy", "is_found"),
    [("service-role/AWSLambdaBasicExecutionRole", True), ("AWSElementalMediaConvertFullAccess", False)],
)
def test_policies_of_aws_may_allow_more(tmp_path: Path, policy: str, *, is_found: bool) -> None:
    managed = f"ManagedPolicyArns: ['arn:aws:iam::aws:policy/{policy}']"
    body = BUCKET % (".webm", OWN, "Allow", "s3:GetObject")
    body = body.replace("AssumeRolePolicyDocument: ", f"{managed}\n      AssumeRolePolicyDocument: ")
    assert bool(findings(tmp_path, "video-in-function", body)) is is_found


def test_what_is_denied_is_not_handed_on(tmp_path: Path) -> None:
    denied = '{Effect: Deny, Action: "states:StartExecution", Resource: "*"}'
    body = (BUCKET % (".webm", OWN, "Allow", "s3:GetObject")).replace(
        'Resource: "*"}', f'Resource: "*"}}, {denied}'
    )
    assert findings(tmp_path, "video-in-function", body)

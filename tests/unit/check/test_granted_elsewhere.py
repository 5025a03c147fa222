"""What one statement lacks or gives is nothing where another statement decides it."""

from pathlib import Path

import pytest

from tests.unit.check.snippets import findings
from wellmade.check.registry import rule_of
from wellmade.check.run import check
from wellmade.graph import load

BUCKET = """
  Files: {Type: AWS::S3::Bucket}"""
ROLE = """
  Role:
    Type: AWS::IAM::Role
    Properties:
      ManagedPolicyArns: [%s]
      Policies:
        - PolicyName: own
          PolicyDocument:
            Statement:
              - {Effect: Allow, Action: %s, Resource: %s}"""
SECOND = """
              - {Effect: Allow, Action: %s, Resource: %s}"""
ATTACHED = """
  Other:
    Type: AWS::IAM::%s
    Properties:
      %s: [!Ref %s]
      PolicyDocument: {Statement: [{Effect: Allow, Action: %s, Resource: %s}]}"""
GUARD = """
  Guard:
    Type: AWS::S3::BucketPolicy
    Properties:
      Bucket: !Ref Files
      PolicyDocument:
        Statement: [{Effect: Allow, Action: 's3:GetObject', Resource: !Sub '${Files.Arn}/*', Principal: %s}]"""
USER = """
  Uploader:
    Type: AWS::IAM::User
    Properties: {%s}"""
BOTH = "['s3:GetObject', 's3:ListBucket']"
ARN, KEYS = "!GetAtt Files.Arn", "!Sub '${Files.Arn}/*'"
WRONG = BUCKET + ROLE % ("", "s3:GetObject", ARN)
LISTS = BUCKET + ROLE % ("", "s3:ListBucket", KEYS)


@pytest.mark.parametrize(
    "resources",
    [
        pytest.param(WRONG + SECOND % ("'s3:*'", "'*'"), id="all of the service"),
        pytest.param(WRONG + SECOND % ("'s3:Get*'", "!Sub '${Files.Arn}/in/*'"), id="some of its objects"),
        pytest.param(WRONG + SECOND % ("s3:GetObject", "!Sub '${Given}/*'"), id="objects of an unknown one"),
        pytest.param(LISTS + SECOND % ("s3:ListBucket", "arn:aws:s3:::*"), id="every bucket"),
        pytest.param(WRONG + ATTACHED % ("Policy", "Roles", "Role", "s3:GetObject", KEYS), id="attached"),
        pytest.param(WRONG + ATTACHED % ("ManagedPolicy", "Roles", "Role", "'*'", "'*'"), id="managed"),
        pytest.param(
            BUCKET + ROLE % ("arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess", BOTH, KEYS), id="by AWS"
        ),
        pytest.param(BUCKET + ROLE % ("!Ref Given", "s3:GetObject", ARN), id="by a policy not shown"),
        pytest.param(WRONG + GUARD % "{AWS: !GetAtt Role.Arn}", id="by the bucket"),
        pytest.param(ROLE % ("", "s3:GetObject", "arn:aws:s3:::of-another-stack"), id="bucket not shown"),
        pytest.param(
            BUCKET + ATTACHED % ("ManagedPolicy", "X", "Given", "s3:GetObject", ARN), id="role not shown"
        ),
        pytest.param(
            BUCKET
            + USER % "Groups: [readers]"
            + ATTACHED % ("Policy", "Users", "Uploader", "s3:GetObject", ARN),
            id="group not shown",
        ),
        pytest.param(
            BUCKET + USER % "" + ATTACHED % ("Policy", "Groups", "Readers", "s3:GetObject", ARN),
            id="of a group",
        ),
    ],
)
def test_objects_that_may_be_reached_otherwise_are_no_fault(tmp_path: Path, resources: str) -> None:
    assert findings(tmp_path, "object-permission", resources) == []


@pytest.mark.parametrize(
    ("resources", "found"),
    [
        pytest.param(WRONG, "Role names buckets, and s3:GetObject is on objects: allows nothing", id="alone"),
        pytest.param(
            WRONG + SECOND % ("s3:PutObject", KEYS),
            "Role names buckets, and s3:GetObject is on objects: allows nothing",
            id="another action",
        ),
        pytest.param(
            WRONG + SECOND % ("s3:GetObject", "arn:aws:s3:::another/*"),
            "Role names buckets, and s3:GetObject is on objects: allows nothing",
            id="another bucket",
        ),
        pytest.param(
            BUCKET + ROLE % ("", BOTH, KEYS) + SECOND % ("s3:GetObject", KEYS),
            "Role names objects, and s3:ListBucket is on buckets: allows nothing",
            id="only the other kind",
        ),
        pytest.param(
            WRONG + GUARD % "{Service: cloudfront.amazonaws.com}",
            "Role names buckets, and s3:GetObject is on objects: allows nothing",
            id="the bucket lets others in",
        ),
        pytest.param(
            BUCKET + USER % "" + ATTACHED % ("Policy", "Users", "Uploader", "s3:PutObject", ARN),
            "Other names buckets, and s3:PutObject is on objects: allows nothing",
            id="a user",
        ),
    ],
)
def test_objects_that_nothing_reaches_are_found(tmp_path: Path, resources: str, found: str) -> None:
    assert findings(tmp_path, "object-permission", resources) == [found]


@pytest.mark.parametrize(
    ("actions", "told"),
    [
        ("s3:ListObjects", "the call takes s3:ListBucket"),
        ("s3:HeadBucket", "the call takes s3:ListBucket"),
        ("s3:PutBucketEncryption", "the call takes s3:PutEncryptionConfiguration"),
        ("s3:CopyObject", "the call takes s3:GetObject and s3:PutObject"),
        ("bedrock:ConverseStream", "the call takes bedrock:InvokeModelWithResponseStream"),
        ("apigateway:GetRestApis", "the call takes apigateway:GET"),
        ("dynamodb:CreateItem", "the call takes dynamodb:PutItem"),
        ("logs:DescribeLogStream", "the nearest name is logs:DescribeLogStreams"),
    ],
)
def test_a_wrong_name_is_told_with_the_right_one(tmp_path: Path, actions: str, told: str) -> None:
    found = findings(tmp_path, "action-name", BUCKET + ROLE % ("", actions, ARN))
    assert found == [f"Role names {actions}, which IAM does not know ({told})"]


@pytest.mark.parametrize("action", ["ecr:GetLayers", "s3:FetchObject", "sqs:ViewQueue"])
def test_no_name_of_another_verb_is_told(tmp_path: Path, action: str) -> None:
    found = findings(tmp_path, "action-name", ROLE % ("", action, "'*'"))
    assert found == [f"Role names {action}, which IAM does not know"]


@pytest.mark.parametrize(
    ("second", "is_found"),
    [
        pytest.param(SECOND % ("'logs:*'", "'*'"), False, id="whole service"),
        pytest.param(SECOND % ("'*'", "'*'"), False, id="everything"),
        pytest.param(SECOND % ("'logs:*'", "!GetAtt Group.Arn"), True, id="on one resource"),
        pytest.param(SECOND % ("'sqs:*'", "'*'"), True, id="of another service"),
    ],
)
def test_a_wide_statement_of_the_role_is_told_once(tmp_path: Path, second: str, *, is_found: bool) -> None:
    resources = ROLE % ("", "['logs:PutLogEvents']", "'*'") + second
    found = findings(tmp_path, "wildcard-resource", resources)
    assert bool(found) is is_found


def test_a_name_that_the_role_has_elsewhere_can_go(tmp_path: Path) -> None:
    resources = ROLE % ("", "sqs:SendMessageBatch", "'*'") + SECOND % ("sqs:SendMessage", "'*'")
    file = tmp_path / "template.yaml"
    file.write_text(f"Resources:{resources}\n")
    (finding,) = check(load([file]), [rule_of("action-name")])
    assert finding.fix == "remove it: the role has sqs:SendMessage already"


OPEN = """
  Orders: {Type: AWS::SQS::Queue}
  Guard:
    Type: AWS::SQS::QueuePolicy
    Properties:
      Queues: [!Ref Orders]
      PolicyDocument:
        Statement:
          - {Effect: Allow, Principal: %s, Action: 'sqs:SendMessage', Resource: !GetAtt Orders.Arn}
          - %s"""
DENY = "{Effect: Deny, Principal: '*', Action: %s, Resource: '*', Condition: {%s}}"
ORGANIZATION = "StringNotEquals: {'aws:PrincipalOrgID': o-1}"
PERHAPS = DENY % ("'*'", ORGANIZATION)
TLS = "Bool: {'aws:SecureTransport': false}"


@pytest.mark.parametrize(
    ("denial", "is_found"),
    [
        pytest.param(DENY % ("'sqs:*'", ORGANIZATION), False, id="all but the organization"),
        pytest.param(f"!If [Large, {PERHAPS}, !Ref AWS::NoValue]", False, id="perhaps"),
        pytest.param(DENY % ("'sqs:*'", TLS), True, id="TLS only"),
        pytest.param(DENY % ("'sqs:ReceiveMessage'", ORGANIZATION), True, id="another action"),
        pytest.param(
            "{Effect: Deny, Principal: {AWS: 'arn:aws:iam::111122223333:root'}, Action: '*', Resource: '*'}",
            True,
            id="one account",
        ),
    ],
)
@pytest.mark.parametrize(
    ("rule", "principal"),
    [("public-queue", "'*'"), ("confused-deputy", "{Service: events.amazonaws.com}")],
)
def test_denials_of_the_same_policy_keep_strangers_out(
    tmp_path: Path, rule: str, principal: str, denial: str, *, is_found: bool
) -> None:
    assert bool(findings(tmp_path, rule, OPEN % (principal, denial))) is is_found

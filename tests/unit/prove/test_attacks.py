"""Attempts to be told `proven` where AWS would deny, after reading the evaluator: each is denied or not judged.

Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html,
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html,
https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html and
https://docs.aws.amazon.com/kms/latest/developerguide/encrypt_context.html
"""

from pathlib import Path
from typing import Any

import pytest

from tests.unit.prove.cases import LOG, function, get, prove, role, said, sub
from tests.unit.prove.support import Document, allow, call, deny, document

ROOT = {"Principal": {"AWS": "arn:aws:iam::123456789012:root"}}
EVERYBODY: Document = {"Principal": "*"}
NAMES = {"FILES": "files-1", "ROWS": "rows-1"}
READ = call("s3", "GetObject", Bucket="files-1", Key="in/a")
ITEM = call("dynamodb", "GetItem", TableName="rows-1", Key={"pk": {"S": "ann"}})
QUERY = call("dynamodb", "Query", TableName="rows-1", KeyConditionExpression="<Equals>")
OBJECTS = sub("${Files.Arn}/*")
READS = allow("s3:GetObject", OBJECTS)


def when(operator: str, key: str, *values: str) -> Document:
    return {"Condition": {operator: {key: list(values)}}}


def app(*statements: Document, version: str = "2012-10-17", **more: Any) -> dict[str, Document]:
    body = document(LOG, *statements)
    body = {**body, "Version": version} if version else {"Statement": body["Statement"]}
    return {
        "Files": {"Type": "AWS::S3::Bucket"},
        "Rows": {
            "Type": "AWS::DynamoDB::Table",
            "Properties": {"KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}]},
        },
        "Worker": function({"FILES": {"Ref": "Files"}, "ROWS": {"Ref": "Rows"}}),
        "Role": role(Policies=[{"PolicyName": "Handler", "PolicyDocument": body}]),
        **more,
    }


def encrypted(*statements: Document, **key: Any) -> dict[str, Document]:
    policy = document({"Effect": "Allow", "Action": "kms:*", "Resource": "*", **ROOT}, *statements)
    rule = {"ServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": get("Key")}}
    bucket = {"BucketEncryption": {"ServerSideEncryptionConfiguration": [rule]}}
    return app(READS, allow("kms:Decrypt", get("Key"), **key)) | {
        "Key": {"Type": "AWS::KMS::Key", "Properties": {"KeyPolicy": policy}},
        "Files": {"Type": "AWS::S3::Bucket", "Properties": bucket},
    }


def table_policy(*statements: Document) -> Document:
    schema = [{"AttributeName": "pk", "KeyType": "HASH"}]
    return {
        "Type": "AWS::DynamoDB::Table",
        "Properties": {
            "KeySchema": schema,
            "ResourcePolicy": {"PolicyDocument": document(*statements)},
        },
    }


IN_CONTEXT = "kms:EncryptionContext:aws:s3:arn"
TAGGED = call(
    "kms",
    "TagResource",
    KeyId="k1",
    Tags=[{"TagKey": "a", "TagValue": "1"}, {"TagKey": "b", "TagValue": "2"}],
)
TAGS = allow("kms:TagResource", "*")
INSTANCE = call("ec2", "CreateTags", Resources=["i-1"], Tags=[{"Key": "team", "Value": "a"}])
STARTED = call("ec2", "CreateVolume", AvailabilityZone="us-east-1a", Size=1,
               TagSpecifications=[{"ResourceType": "volume", "Tags": [{"Key": "team", "Value": "a"}]}])  # fmt: skip
STARTS = allow(["ec2:CreateVolume", "ec2:CreateTags"], "*")
UNTAGGED = call("kms", "UntagResource", KeyId="k1", TagKeys=["team"])
UNTAGS = allow("kms:UntagResource", "*")

DENIED: dict[str, tuple[dict[str, Document], Document]] = {
    "a policy without a version has no variables": (
        app(allow("s3:GetObject", "arn:aws:s3:::Files/${aws:PrincipalAccount}/*"), version=""),
        call("s3", "GetObject", Bucket="files-1", Key="123456789012/a"),
    ),
    "nor has one of 2008": (
        app(allow("s3:GetObject", OBJECTS, **when("StringEquals", "aws:ResourceAccount", "${aws:PrincipalAccount}")), version="2008-10-17"),
        READ,
    ),
    "tags in the specifications of EC2": (
        app(STARTS, deny("ec2:*", "*", **when("ForAnyValue:StringEquals", "aws:TagKeys", "team"))), STARTED,
    ),
    "the value of a tag in the specifications of EC2": (
        app(STARTS, deny("ec2:*", "*", **when("StringEquals", "aws:RequestTag/team", "a"))), STARTED,
    ),
    "keys of tags that are taken away": (
        app(UNTAGS, deny("kms:*", "*", **when("ForAnyValue:StringEquals", "aws:TagKeys", "team"))), UNTAGGED,
    ),
    "a denial if all keys of tags are these, and there is none": (
        app(READS, deny("s3:*", "*", **when("ForAllValues:StringEquals", "aws:TagKeys", "team"))), READ,
    ),
    "a denial by a negated key that is not there": (
        app(READS, deny("s3:*", "*", **when("StringNotEquals", "aws:RequestTag/team", "a"))), READ,
    ),
    "a denial by a negated key that is not there, if it exists or not": (
        app(READS, deny("s3:*", "*", **when("StringNotEqualsIfExists", "aws:RequestTag/team", "a"))), READ,
    ),
    "an allowance if any key of tags is this one, and there is none": (
        app(allow("s3:GetObject", OBJECTS, **when("ForAnyValue:StringLike", "aws:TagKeys", "*"))), READ,
    ),
    "an allowance of what must be there": (
        app(allow("s3:GetObject", OBJECTS, **when("Null", "aws:TagKeys", "false"))), READ,
    ),
    "a denial of what must be there": (app(READS, deny("s3:*", "*", **when("Null", "aws:TagKeys", "true"))), READ),
    "an action in another case, denied": (app(READS, deny("S3:GETobject", "*")), READ),
    "a wildcard within a segment of an ARN": (app(allow("dynamodb:*", "arn:aws:dynamodb:us-*-2:*:table/*")), ITEM),
    "a wildcard in the place of the service": (app(READS, deny("s3:*", "arn:aws:*:::Files/*")), READ),
    "a resource in another case": (app(allow("s3:GetObject", "arn:aws:s3:::FILES/*")), READ),
    "a key by way of another service": (encrypted(**when("StringEquals", "kms:ViaService", "sqs.us-east-1.amazonaws.com")), READ),
    "a key by way of another region": (encrypted(**when("StringLike", "kms:ViaService", "s3.eu-*.amazonaws.com")), READ),
    "a denial of the key by way of a service": (
        encrypted(deny("kms:*", "*", **EVERYBODY, **when("Bool", "aws:ViaAWSService", "true"))), READ,
    ),
    "a policy of a table that denies whom it does not spare": (
        app(allow("dynamodb:GetItem", get("Rows"))) | {"Rows": table_policy(
            {"Effect": "Deny", "Action": "dynamodb:*", "Resource": "*", "NotPrincipal": {"AWS": "arn:aws:iam::123456789012:role/other"}})},
        ITEM,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", DENIED)
def test_what_aws_denies_is_denied(tmp_path: Path, name: str) -> None:
    resources, made = DENIED[name]
    verdict, denied, _ = said(prove(tmp_path, resources, made, variables=NAMES))
    assert (verdict, bool(denied)) == ("not proven", True)


NOT_JUDGED: dict[str, tuple[dict[str, Document], Document, str]] = {
    "several values, and an operator for one, in a denial": (
        app(TAGS, deny("kms:*", "*", **when("StringNotEquals", "aws:TagKeys", "a"))), TAGGED,
        "compares aws:TagKeys, which has several values, as one",
    ),
    "several values, and an operator for one, in an allowance": (
        app(allow("kms:TagResource", "*", **when("StringLike", "aws:TagKeys", "*"))), TAGGED,
        "compares aws:TagKeys, which has several values, as one",
    ),
    "what a service says in the context of a key, in a denial of the key": (
        encrypted(deny("kms:*", "*", **EVERYBODY, **when("StringLike", IN_CONTEXT, "*"))), READ,
        f"a policy asks for {IN_CONTEXT}, whose value in the call is not known",
    ),
    "what a service says in the context of a key, in an allowance": (
        encrypted(**when("StringEquals", IN_CONTEXT, "arn:aws:s3:::Files")), READ,
        f"a policy asks for {IN_CONTEXT}, whose value in the call is not known",
    ),
    "a partition key that nobody sees, in the policy of the table": (
        app(allow("dynamodb:Query", get("Rows"))) | {"Rows": table_policy(
            deny("dynamodb:*", "*", **EVERYBODY, **when("ForAnyValue:StringEquals", "dynamodb:LeadingKeys", "ann")))},
        QUERY, "a policy asks for dynamodb:LeadingKeys, whose value in the call is not known",
    ),
    "a partition key that nobody sees, in the boundary": (
        app(allow("dynamodb:Query", get("Rows"))) | {
            "Bound": {"Type": "AWS::IAM::ManagedPolicy", "Properties": {"PolicyDocument": document(
                allow("*"), deny("dynamodb:*", "*", **when("ForAnyValue:StringEquals", "dynamodb:LeadingKeys", "ann")))}},
            "Role": role(LOG, allow("dynamodb:Query", get("Rows")), PermissionsBoundary={"Ref": "Bound"})},
        QUERY, "a policy asks for dynamodb:LeadingKeys, whose value in the call is not known",
    ),
    "tags that a call passes in a way of its own": (
        app(allow("s3:PutBucketTagging", get("Files")), deny("s3:*", "*", **when("StringEquals", "aws:RequestTag/team", "a"))),
        call("s3", "PutBucketTagging", Bucket="files-1", Tagging={"TagSet": [{"Key": "team", "Value": "a"}]}),
        "a policy asks for aws:RequestTag/team, whose value in the call is not known",
    ),
    "a condition that is a list": (
        app(allow("s3:GetObject", OBJECTS, Condition=["aws:SourceVpc"])), READ,
        "depends on what the Condition of a statement of Role says",
    ),
    "a condition whose operator compares nothing": (
        app(allow("s3:GetObject", OBJECTS, Condition={"StringEquals": None})), READ,
        "depends on what the Condition of a statement of Role says",
    ),
    "a condition that a macro writes": (
        app(allow("s3:GetObject", OBJECTS, Condition={"StringEquals": {"Fn::Transform": {"Name": "Ours"}}})), READ,
        "depends on what the Condition of a statement of Role says",
    ),
    "a denial under a condition that a macro writes": (
        app(READS, deny("s3:*", "*", Condition={"Fn::Transform": {"Name": "Ours"}})), READ,
        "depends on what the Condition of a statement of Role says",
    ),
    "a denial of an action that a macro writes": (
        app(READS, deny(["s3:PutObject", {"Fn::Transform": {"Name": "Ours"}}], "*")), READ,
        "depends on what the Action of a statement of Role says",
    ),
    "a role of this account that no template has": (
        app(allow("sts:AssumeRole", "arn:aws:iam::123456789012:role/theirs")),
        call("sts", "AssumeRole", RoleArn="arn:aws:iam::123456789012:role/theirs", RoleSessionName="s"),
        "the trust policy of arn:aws:iam::123456789012:role/theirs decides and is in no template",
    ),
    "a role of another account": (
        app(allow("sts:AssumeRole", "arn:aws:iam::999999999999:role/theirs")),
        call("sts", "AssumeRole", RoleArn="arn:aws:iam::999999999999:role/theirs", RoleSessionName="s"),
        "the policy of arn:aws:iam::999999999999:role/theirs, in another account, decides and is in no template",
    ),
    "a queue of another account": (
        app(allow("sqs:SendMessage", "arn:aws:sqs:us-east-1:999999999999:theirs")),
        call("sqs", "SendMessage", QueueUrl="https://sqs.us-east-1.amazonaws.com/999999999999/theirs", MessageBody="b"),
        "the policy of arn:aws:sqs:us-east-1:999999999999:theirs, in another account, decides and is in no template",
    ),
    "a key of another account": (
        app(allow("kms:Decrypt", "arn:aws:kms:us-east-1:999999999999:key/1")),
        call("kms", "Decrypt", KeyId="arn:aws:kms:us-east-1:999999999999:key/1", CiphertextBlob="b"),
        "the policy of arn:aws:kms:us-east-1:999999999999:key/1, in another account, decides and is in no template",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", NOT_JUDGED)
def test_what_aws_does_not_tell_is_not_judged(tmp_path: Path, name: str) -> None:
    resources, made, reason = NOT_JUDGED[name]
    proof = prove(tmp_path, resources, made, variables=NAMES)
    assert [row.reason for row in proof.report.not_judged if reason in row.reason], proof.report
    assert not proof.report.denied


ONLY_S3, FULL, NOTHING_OF_KMS = (document(allow(each)) for each in ("s3:*", "*", "dynamodb:*"))


@pytest.mark.parametrize(
    ("control", "made", "wanted"),
    [
        ({"a": FULL, "b": ONLY_S3}, ITEM, (set(), True)),
        ({"a": FULL, "b": ONLY_S3}, READ, (set(), False)),
        ({"b": ONLY_S3}, ITEM, ({"dynamodb:GetItem"}, False)),
        ({"a": FULL, "b": document(deny("dynamodb:*"))}, ITEM, ({"dynamodb:GetItem"}, False)),
        ({"a": ONLY_S3, "b": document(allow("dynamodb:*"))}, ITEM, (set(), True)),
    ],
)
def test_at_which_level_control_policies_are_attached_is_not_known(
    tmp_path: Path, control: dict[str, Document], made: Document, wanted: tuple[set[str], bool]
) -> None:
    granted = READS if made is READ else allow("dynamodb:GetItem", get("Rows"))
    proof = prove(tmp_path, app(granted), made, variables=NAMES, service_control=control)
    assert (said(proof)[1], bool(proof.report.not_judged)) == wanted

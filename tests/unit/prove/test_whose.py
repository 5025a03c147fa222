"""Resources of other accounts, however the call reaches them, and what services refuse whatever policies allow.

Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html,
https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-owner-condition.html and
https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html
"""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.unit.prove.cases import LOG, function, get, prove, role, said, sub
from tests.unit.prove.support import Document, allow, call, record
from tests.unit.prove.test_adversary import OBJECTS, READ, READS, TESTED, app
from wellmade.graph import load
from wellmade.prove.every import Proofs
from wellmade.prove.recordings import read
from wellmade.prove.settings import Settings

MINE, OTHER = "123456789012", "999999999999"
TABLE = f"arn:aws:dynamodb:us-east-1:{OTHER}:table/theirs"
TOPIC = f"arn:aws:sns:us-east-1:{OTHER}:theirs"
SECRET = f"arn:aws:secretsmanager:us-east-1:{OTHER}:secret:theirs-a1B2c3"
QUEUE = f"https://sqs.us-east-1.amazonaws.com/{OTHER}/theirs"
COPIES = allow(["s3:GetObject", "s3:PutObject", "s3:GetObjectTagging", "s3:PutObjectTagging"], OBJECTS)
COPY: dict[str, Any] = {"Bucket": "files-1", "Key": "x", "CopySource": "files-1/y"}


def expecting(made: Document, **owners: str) -> Document:
    return {**made, "parameters": {**made["parameters"], **owners}}


@pytest.mark.parametrize(
    ("made", "granted"),
    [
        (expecting(READ, ExpectedBucketOwner=OTHER), READS),
        (expecting(call("s3", "CopyObject", **COPY), ExpectedSourceBucketOwner=OTHER), COPIES),
        (expecting(call("s3", "CopyObject", **COPY), ExpectedBucketOwner=OTHER), COPIES),
        (expecting(call("s3", "ListObjectsV2", Bucket="files-1"), ExpectedBucketOwner=OTHER), allow("s3:ListBucket", get("Files"))),
    ],
    ids=["object", "source of a copy", "target of a copy", "list"],
)  # fmt: skip
def test_a_bucket_that_must_be_of_another_account(tmp_path: Path, made: Document, granted: Document) -> None:
    proof = prove(tmp_path, app(granted), made, variables=TESTED)
    assert said(proof) == ("not judged", set(), set())
    assert f"expects the bucket of account {OTHER}" in proof.report.not_judged[0].reason


def test_a_bucket_that_must_be_of_this_account(tmp_path: Path) -> None:
    made = expecting(READ, ExpectedBucketOwner=MINE)
    assert said(prove(tmp_path, app(READS), made, variables=TESTED)) == ("proven", set(), set())


def test_an_account_that_a_variable_tells_is_the_one_that_is_deployed_to(tmp_path: Path) -> None:
    resources = app(READS)
    resources["Worker"]["Properties"]["Environment"]["Variables"]["OWNER"] = {"Ref": "AWS::AccountId"}
    made = expecting(READ, ExpectedBucketOwner=OTHER)
    proof = prove(tmp_path, resources, made, variables={**TESTED, "OWNER": OTHER})
    assert said(proof) == ("proven", set(), set())


def theirs(value: Any, *statements: Document) -> dict[str, Document]:
    resources = app(*statements)
    resources["Worker"]["Properties"]["Environment"]["Variables"]["THEIRS"] = value
    return resources


IMPORT, GIVEN = {"Fn::ImportValue": "Theirs"}, {"Ref": "Theirs"}
REACHED: dict[str, tuple[Any, Document, str, Document]] = {
    "a table by a parameter": (GIVEN, allow("dynamodb:GetItem", GIVEN), TABLE, call("dynamodb", "GetItem", TableName=TABLE, Key={})),
    "a table by an import": (IMPORT, allow("dynamodb:GetItem", IMPORT), TABLE, call("dynamodb", "GetItem", TableName=TABLE, Key={})),
    "a table that the template names, by its name": (TABLE, allow("dynamodb:GetItem", TABLE), "theirs", call("dynamodb", "GetItem", TableName="theirs", Key={})),
    "a topic by a parameter": (GIVEN, allow("sns:Publish", GIVEN), TOPIC, call("sns", "Publish", TopicArn=TOPIC)),
    "a topic, and a role for all": (GIVEN, allow("sns:Publish", "*"), TOPIC, call("sns", "Publish", TopicArn=TOPIC)),
    "a secret by a parameter": (GIVEN, allow("secretsmanager:GetSecretValue", GIVEN), SECRET, call("secretsmanager", "GetSecretValue", SecretId=SECRET)),
    "a queue by a parameter of its own": (GIVEN, allow("sqs:SendMessage", {"Ref": "Arn"}), QUEUE, call("sqs", "SendMessage", QueueUrl=QUEUE)),
    "a bucket by a parameter": (
        GIVEN, allow("s3:GetObject", sub("arn:aws:s3:::${Theirs}/*")), "theirs",
        call("s3", "GetObject", Bucket="theirs", Key="a", ExpectedBucketOwner=OTHER),
    ),
    "a catalogue": ("x", allow("glue:GetDatabase", "*"), "x", call("glue", "GetDatabase", CatalogId=OTHER, Name="d")),
    "a repository": ("x", allow("ecr:ListImages", "*"), "x", call("ecr", "ListImages", registryId=OTHER, repositoryName="r")),
    "an access point": ("x", allow("s3:GetAccessPoint", "*"), "x", call("s3control", "GetAccessPoint", AccountId=OTHER, Name="p")),
}  # fmt: skip


@pytest.mark.parametrize("name", REACHED)
def test_what_another_account_owns_takes_its_policy_too(tmp_path: Path, name: str) -> None:
    value, granted, tested, made = REACHED[name]
    parameters = {each: {"Type": "String"} for each in ("Theirs", "Arn")}
    variables = {**TESTED, "THEIRS": tested}
    proof = prove(tmp_path, theirs(value, granted), made, variables=variables, Parameters=parameters)
    assert said(proof) == ("not judged", set(), set())
    assert "in another account, decides and is in no template" in proof.report.not_judged[0].reason


def test_what_is_called_so_by_tests_alone_is_ours(tmp_path: Path) -> None:
    made = call("dynamodb", "GetItem", TableName=TABLE, Key={})
    resources = theirs(get("Rows"), allow("dynamodb:GetItem", get("Rows")))
    proof = prove(tmp_path, resources, made, variables={**TESTED, "THEIRS": TABLE})
    assert said(proof) == ("proven", set(), set())


@pytest.mark.parametrize("allows", [False, True], ids=["without its policy", "with it"])
def test_a_bucket_of_a_stack_in_another_account_takes_both_sides(tmp_path: Path, allows: bool) -> None:  # noqa: FBT001 - a case
    policy = {
        "Effect": "Allow",
        "Action": "s3:GetObject",
        "Resource": "arn:aws:s3:::theirs/*",
        "Principal": {"AWS": f"arn:aws:iam::{MINE}:root"},
    }
    bucket = {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "theirs"}}
    guard = {
        "Type": "AWS::S3::BucketPolicy",
        "Properties": {
            "Bucket": "theirs",
            "PolicyDocument": {"Version": "2012-10-17", "Statement": [policy]},
        },
    }
    stacks = {
        "Mine": (
            MINE,
            {"Worker": function(), "Role": role(LOG, allow("s3:GetObject", "arn:aws:s3:::theirs/*"))},
        ),
        "Other": (OTHER, {"Bucket": bucket, **({"Guard": guard} if allows else {})}),
    }
    artifacts = {}
    for name, (account, resources) in stacks.items():
        (tmp_path / f"{name}.json").write_text(json.dumps({"Resources": resources}))
        artifacts[name] = {
            "type": "aws:cloudformation:stack",
            "environment": f"aws://{account}/us-east-1",
            "properties": {"templateFile": f"{name}.json"},
        }
    (tmp_path / "manifest.json").write_text(json.dumps({"artifacts": artifacts}))
    recording = read(record(tmp_path, call("s3", "GetObject", Bucket="theirs", Key="a")))
    [proof] = Proofs(load([tmp_path]), recording, Settings(tmp_path)).every()["functions"]
    assert proof.verdict == ("proven" if allows else "not judged")


def encrypted(**key: Any) -> dict[str, Document]:
    rule = {"ServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": get("Key")}}
    files = {"BucketEncryption": {"ServerSideEncryptionConfiguration": [rule]}}
    return {
        **app(READS, allow("kms:Decrypt", get("Key"))),
        "Key": {"Type": "AWS::KMS::Key", "Properties": key},
        "Files": {"Type": "AWS::S3::Bucket", "Properties": files},
    }


@pytest.mark.parametrize(
    ("key", "verdict", "why"),
    [
        ({"Enabled": True}, "proven", ""),
        ({"Enabled": False}, "not proven", "the template disables the key Key"),
        ({"Enabled": "false"}, "not proven", "the template disables the key Key"),
        ({"Enabled": {"Ref": "On"}}, "not judged", "no template tells whether the key Key is enabled"),
        ({"Origin": "EXTERNAL"}, "not judged", "no template tells whether the material of the key Key has been imported"),
        ({"KeyUsage": "SIGN_VERIFY", "KeySpec": "RSA_2048"}, "not proven", "the key Key is made for SIGN_VERIFY"),
    ],
)  # fmt: skip
def test_a_key_that_kms_does_not_use(tmp_path: Path, key: Document, verdict: str, why: str) -> None:
    sections = {"Parameters": {"On": {"Type": "String"}}}
    proof = prove(tmp_path, encrypted(**key), READ, variables=TESTED, **sections)
    reasons = [each.reason for each in proof.report.denied]
    reasons += [each.reason for each in proof.report.not_judged]
    assert (proof.verdict, reasons) == (verdict, [why] if why else [])


@pytest.mark.parametrize("kind", ["AWS::KMS::Key", "AWS::KMS::ReplicaKey"])
def test_an_alias_of_a_disabled_key(tmp_path: Path, kind: str) -> None:
    alias = {"AliasName": "alias/mine", "TargetKeyId": {"Ref": "Key"}}
    resources = {
        **app(allow("kms:Encrypt", "*")),
        "Key": {"Type": kind, "Properties": {"Enabled": False}},
        "Alias": {"Type": "AWS::KMS::Alias", "Properties": alias},
    }
    made = call("kms", "Encrypt", KeyId="alias/mine", Plaintext="b")
    [denied] = prove(tmp_path, resources, made).report.denied
    assert denied.reason == "the template disables the key Key"


LISTS: list[tuple[Document, str, str]] = [
    ({}, "public-read", "not proven"),
    ({}, "private", "not proven"),
    ({}, "bucket-owner-full-control", "proven"),
    ({"OwnershipControls": {"Rules": [{"ObjectOwnership": "ObjectWriter"}]}}, "private", "proven"),
    ({"OwnershipControls": {"Rules": [{"ObjectOwnership": "ObjectWriter"}]}}, "public-read", "not proven"),
    (
        {
            "OwnershipControls": {"Rules": [{"ObjectOwnership": "ObjectWriter"}]},
            "PublicAccessBlockConfiguration": {"BlockPublicAcls": False},
        },
        "public-read", "proven",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("bucket", "acl", "verdict"), LISTS)
def test_lists_that_a_bucket_does_not_take(tmp_path: Path, bucket: Document, acl: str, verdict: str) -> None:
    resources = app(allow(["s3:PutObject", "s3:PutObjectAcl"], OBJECTS))
    resources["Files"] = {"Type": "AWS::S3::Bucket", "Properties": bucket}
    made = call("s3", "PutObject", Bucket="files-1", Key="a", ACL=acl)
    assert prove(tmp_path, resources, made, variables=TESTED).verdict == verdict

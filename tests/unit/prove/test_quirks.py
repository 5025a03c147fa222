"""What services ask besides the action of an operation's name, and the condition keys that they tell.

Sources: https://docs.aws.amazon.com/service-authorization/latest/reference/reference.html,
https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html,
https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html and
https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-express-security-iam.html
"""

from pathlib import Path
from typing import Any

import pytest

from tests.unit.prove.cases import get, prove, said
from tests.unit.prove.support import Document, allow, call, deny, document
from tests.unit.prove.test_adversary import EVERYBODY, OBJECTS, READ, READS, TESTED, app, bucket_policy, when
from tests.unit.prove.test_whose import encrypted

CLUSTER = "arn:aws:ecs:us-east-1:123456789012:cluster/c"
IN_CLUSTER: dict[str, dict[str, Any]] = {
    "CreateService": {"serviceName": "s", "taskDefinition": "t:1"},
    "DescribeContainerInstances": {"containerInstances": ["i"]},
    "ExecuteCommand": {"task": "t", "command": "x", "interactive": True},
    "ListServices": {},
    "ListTasks": {},
}


@pytest.mark.parametrize("operation", IN_CLUSTER)
def test_the_cluster_of_a_call_is_told(tmp_path: Path, operation: str) -> None:
    made, action = call("ecs", operation, cluster="c", **IN_CLUSTER[operation]), f"ecs:{operation}"
    here = when("ArnEquals", "ecs:cluster", CLUSTER)
    assert prove(tmp_path, app(allow(action, "*", **here)), made).verdict == "proven"
    refused = prove(tmp_path, app(allow(action, "*"), deny(action, "*", **here)), made)
    assert said(refused)[1] == {action}


PATTERN = '{"source": ["aws.s3"], "detail-type": [{"prefix": "Object"}]}'
ASKED: dict[str, tuple[str, Document, Document, str]] = {
    "who may call the address that is made": (
        "lambda:CreateFunctionUrlConfig", call("lambda", "CreateFunctionUrlConfig", FunctionName="f", AuthType="NONE"),
        when("StringEquals", "lambda:FunctionUrlAuthType", "NONE"), "not proven",
    ),
    "who may call the address that somebody is let to": (
        "lambda:AddPermission",
        call("lambda", "AddPermission", FunctionName="f", StatementId="s", Action="lambda:InvokeFunctionUrl", Principal="*", FunctionUrlAuthType="NONE"),
        when("StringEquals", "lambda:FunctionUrlAuthType", "NONE"), "not proven",
    ),
    "who may call the address that is taken away": (
        "lambda:DeleteFunctionUrlConfig", call("lambda", "DeleteFunctionUrlConfig", FunctionName="f"),
        when("StringEquals", "lambda:FunctionUrlAuthType", "NONE"), "not judged",
    ),
    "of what kind a new key is": (
        "kms:CreateKey", call("kms", "CreateKey", KeySpec="RSA_2048", KeyUsage="SIGN_VERIFY"),
        when("StringEquals", "kms:KeySpec", "RSA_2048"), "not judged",
    ),
    "who asks for a new key": (
        "kms:CreateKey", call("kms", "CreateKey"), when("StringEquals", "kms:CallerAccount", "123456789012"), "not proven",
    ),
    "of what kind the key of data is, which is no parameter": (
        "kms:GenerateDataKey", call("kms", "GenerateDataKey", KeyId="k", KeySpec="AES_256"),
        when("StringEquals", "kms:KeySpec", "SYMMETRIC_DEFAULT"), "not judged",
    ),
    "the source of a rule's events": (
        "events:PutRule", call("events", "PutRule", Name="r", EventPattern=PATTERN),
        when("StringEquals", "events:source", "aws.s3"), "not proven",
    ),
    "the kind of a rule's events, by their beginning": (
        "events:PutRule", call("events", "PutRule", Name="r", EventPattern=PATTERN),
        when("StringEquals", "events:detail-type", "Object Created"), "not judged",
    ),
    "the region of a service that is in one alone": (
        "iam:ListRoles", {**call("iam", "ListRoles"), "region": "eu-west-1", "default_region": False},
        when("StringNotEquals", "aws:RequestedRegion", "eu-west-1"), "not proven",
    ),
    "the service of a role that may go to several": (
        "iam:PassRole",
        call("batch", "RegisterJobDefinition", jobDefinitionName="j", type="container", containerProperties={"jobRoleArn": "arn:aws:iam::123456789012:role/x"}),
        when("StringNotEquals", "iam:PassedToService", "batch.amazonaws.com"), "not judged",
    ),
    "how a request is signed": ("s3:GetObject", READ, when("StringNotEquals", "s3:authType", "REST-HEADER"), "not judged"),
    "tags that an object is given": (
        "s3:PutObjectTagging",
        call("s3", "PutObjectTagging", Bucket="files-1", Key="a", Tagging={"TagSet": [{"Key": "team", "Value": "a"}]}),
        when("StringEquals", "s3:RequestObjectTag/team", "a"), "not proven",
    ),
    "tags of a delete that goes around a hold": (
        "s3:BypassGovernanceRetention", call("s3", "PutObjectRetention", Bucket="files-1", Key="a", BypassGovernanceRetention=True),
        when("StringEquals", "s3:x-amz-acl", "x"), "proven",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ASKED)
def test_what_a_denial_asks_of_a_call(tmp_path: Path, name: str) -> None:
    action, made, condition, verdict = ASKED[name]
    needed = [action] + [f"{made['service']}:{made['operation']}"] * (
        made["service"] != action.partition(":")[0]
    )
    needed += ["s3:PutObjectRetention"] * (action == "s3:BypassGovernanceRetention")
    proof = prove(tmp_path, app(allow(needed, "*"), deny(action, "*", **condition)), made, variables=TESTED)
    assert proof.verdict == verdict


def made_bucket(**more: Any) -> Document:
    return call("s3", "CreateBucket", Bucket="n", **more)


NEEDED: dict[str, tuple[list[str], Document, set[str]]] = {
    "a function's address": (
        ["lambda:InvokeFunctionUrl"],
        call("lambda", "SignedRequest", Method="GET", Url="https://x.lambda-url.us-east-1.on.aws/"), {"lambda:InvokeFunction"},
    ),
    "a bucket that holds objects back": (
        ["s3:CreateBucket"], made_bucket(ObjectLockEnabledForBucket=True), {"s3:PutBucketObjectLockConfiguration", "s3:PutBucketVersioning"},
    ),
    "a bucket with owners": (["s3:CreateBucket"], made_bucket(ObjectOwnership="ObjectWriter"), {"s3:PutBucketOwnershipControls"}),
    "a bucket with a list": (["s3:CreateBucket"], made_bucket(ACL="private"), {"s3:PutBucketAcl"}),
    "a directory bucket": (["s3:GetObject"], call("s3", "GetObject", Bucket="b--use1-az4--x-s3", Key="k"), {"s3express:CreateSession"}),
    "the policy of a directory bucket": (
        ["s3:GetBucketPolicy"], call("s3", "GetBucketPolicy", Bucket="b--use1-az4--x-s3"), {"s3express:GetBucketPolicy"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", NEEDED)
def test_what_a_call_needs_besides(tmp_path: Path, name: str) -> None:
    granted, made, missing = NEEDED[name]
    assert said(prove(tmp_path, app(allow(granted, "*")), made, variables=TESTED))[1] == missing


def test_the_alias_of_an_access_point_is_one(tmp_path: Path) -> None:
    resources = app(allow("s3:GetObject", "*"))
    resources["Point"] = {"Type": "AWS::S3::AccessPoint", "Properties": {"Bucket": {"Ref": "Files"}}}
    resources["Worker"]["Properties"]["Environment"]["Variables"]["POINT"] = get("Point", "Alias")
    made = call("s3", "GetObject", Bucket="point", Key="k")
    proof = prove(tmp_path, resources, made, variables={**TESTED, "POINT": "point"})
    assert said(proof) == ("not judged", set(), set())


@pytest.mark.parametrize(
    ("made", "verdict"),
    [
        (call("s3", "HeadObject", Bucket="files-1", Key="a"), "not judged"),
        (call("s3", "HeadObject", Bucket="files-1", Key="a", ChecksumMode="ENABLED"), "not proven"),
        (call("s3", "GetObject", Bucket="files-1", Key="a", SSECustomerAlgorithm="AES256"), "proven"),
        (call("s3", "GetObject", Bucket="files-1", Key="a"), "not proven"),
    ],
    ids=["head", "head with its checksum", "encrypted by a key of the caller", "as the bucket says"],
)
def test_when_an_object_takes_the_key_of_its_bucket(tmp_path: Path, made: Document, verdict: str) -> None:
    resources = {**encrypted(), "Role": app(READS)["Role"]}
    assert prove(tmp_path, resources, made, variables=TESTED).verdict == verdict


@pytest.mark.parametrize(
    ("asked", "verdict"),
    [({}, "not proven"), ({"ServerSideEncryption": "AES256"}, "proven"), ({"ServerSideEncryption": "aws:kms"}, "not judged")],
)  # fmt: skip
def test_a_write_may_ask_for_another_encryption(tmp_path: Path, asked: dict[str, str], verdict: str) -> None:
    resources = {**encrypted(), "Role": app(allow("s3:PutObject", OBJECTS))["Role"]}
    made = call("s3", "PutObject", Bucket="files-1", Key="a", **asked)
    assert prove(tmp_path, resources, made, variables=TESTED).verdict == verdict


def test_the_parts_of_an_upload_do_not_say_again_what_its_beginning_said(tmp_path: Path) -> None:
    unless = when("StringNotEquals", "s3:x-amz-server-side-encryption", "AES256")
    guard = bucket_policy(deny("s3:PutObject", OBJECTS, **EVERYBODY, **unless))
    begun = call("s3", "CreateMultipartUpload", Bucket="files-1", Key="a", ServerSideEncryption="AES256")
    part = call("s3", "UploadPart", Bucket="files-1", Key="a", PartNumber=1, UploadId="u")
    proof = prove(tmp_path, app(allow("s3:PutObject", OBJECTS), **guard), begun, part, variables=TESTED)
    assert said(proof) == ("not judged", set(), set())


def test_the_domain_of_a_search_is_read_from_its_address(tmp_path: Path) -> None:
    refuse = document(deny("es:*", "*", **EVERYBODY))
    domain = {
        "Type": "AWS::OpenSearchService::Domain",
        "Properties": {"DomainName": "d-e", "AccessPolicies": refuse},
    }
    made = call(
        "es", "SignedRequest", Method="GET", Url="https://search-d-e-abc.us-east-1.es.amazonaws.com/x"
    )
    proof = prove(tmp_path, app(allow("es:ESHttpGet", "*"), Domain=domain), made)
    assert said(proof)[1] == {"es:ESHttpGet"}

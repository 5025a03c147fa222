"""Cases made to be told `proven` where AWS would deny: each is denied, or it is said that it is not known.

Source of the decisions: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html and
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
"""

from pathlib import Path
from typing import Any

import pytest

from tests.unit.prove.cases import LOG, function, get, prove, role, said, sub
from tests.unit.prove.support import Document, allow, call, deny, document

READ = call("s3", "GetObject", Bucket="files-1", Key="in/a")
ITEM = call("dynamodb", "GetItem", TableName="rows-1", Key={"pk": {"S": "ann"}})
SEND = call(
    "sqs", "SendMessage", QueueUrl="https://sqs.us-east-1.amazonaws.com/123456789012/jobs-1", MessageBody="x"
)
OBJECTS = sub("${Files.Arn}/*")
READS = allow("s3:GetObject", OBJECTS)
GETS = allow("dynamodb:GetItem", get("Rows"))
SENDS = allow("sqs:SendMessage", get("Jobs"))
TESTED = {
    "FILES": "files-1",
    "ROWS": "rows-1",
    "JOBS": "https://sqs.us-east-1.amazonaws.com/123456789012/jobs-1",
}


def app(*statements: Document, function_: Document | None = None, **more: Any) -> dict[str, Document]:
    properties = more.pop("role_properties", {})
    names = {"FILES": {"Ref": "Files"}, "ROWS": {"Ref": "Rows"}, "JOBS": {"Ref": "Jobs"}}
    return {
        "Files": {"Type": "AWS::S3::Bucket"},
        "Rows": {"Type": "AWS::DynamoDB::Table", "Properties": {"KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}]}},
        "Jobs": {"Type": "AWS::SQS::Queue"},
        "Worker": function(names, **(function_ or {})),
        "Role": role(LOG, *statements, **properties),
        **more,
    }  # fmt: skip


def policy_of(kind: str, name: str, refers: Document, *statements: Document) -> Document:
    return {"Type": kind, "Properties": {name: refers, "PolicyDocument": document(*statements)}}


def bucket_policy(*statements: Document) -> dict[str, Document]:
    return {"Policy": policy_of("AWS::S3::BucketPolicy", "Bucket", {"Ref": "Files"}, *statements)}


def queue_policy(*statements: Document) -> dict[str, Document]:
    body = {"Queues": [{"Ref": "Jobs"}], "PolicyDocument": document(*statements)}
    return {"Policy": {"Type": "AWS::SQS::QueuePolicy", "Properties": body}}


def boundary(*statements: Document) -> dict[str, Any]:
    bound = {
        "Type": "AWS::IAM::ManagedPolicy",
        "Properties": {"PolicyDocument": document(*statements)},
    }
    return {"Bound": bound, "role_properties": {"PermissionsBoundary": {"Ref": "Bound"}}}


def _without_action(statement: Document) -> Document:
    return {name: value for name, value in statement.items() if name != "Action"}


def when(operator: str, key: str, *values: str) -> Document:
    return {"Condition": {operator: {key: list(values)}}}


EVERYBODY: Document = {"Principal": "*"}
DENIED: dict[str, tuple[dict[str, Document], Document]] = {
    "NotAction of a denial means the call": (app(READS, _without_action(deny("x:y", "*", NotAction="iam:*"))), READ),
    "NotResource of a denial means the object": (
        app(READS, {"Effect": "Deny", "Action": "s3:*", "NotResource": "arn:aws:s3:::other/*"}), READ,
    ),
    "NotAction of an allowance leaves the call out": (
        app(_without_action(allow("x:y", "*", NotAction=["s3:Get*", "iam:*"]))), READ,
    ),
    "a question mark stands for one character": (app(allow("s3:GetObject", sub("${Files.Arn}/in/??"))), READ),
    "an action with a question mark is another one": (app(allow("s3:GetObject?", OBJECTS)), READ),
    "a boundary allows what the policy does not name": (
        app(READS, **boundary(allow("dynamodb:*"))), READ,
    ),
    "a boundary under a condition that fails": (
        app(READS, **boundary(allow("s3:*", "*", **when("StringEquals", "aws:RequestedRegion", "eu-west-1")))), READ,
    ),
    "a region that a policy of the bucket refuses": (
        app(READS, **bucket_policy(deny("s3:*", OBJECTS, **EVERYBODY, **when("StringEquals", "aws:RequestedRegion", "us-east-1")))), READ,
    ),
    "another partition key than the policy allows": (
        app(allow("dynamodb:GetItem", get("Rows"), **when("ForAllValues:StringEquals", "dynamodb:LeadingKeys", "bob"))), ITEM,
    ),
    "a statement of PartiQL is another action": (
        app(GETS), call("dynamodb", "ExecuteStatement", Statement='SELECT * FROM "rows-1" WHERE pk = ?'),
    ),
    "an index is not its table": (
        app(allow("dynamodb:Query", get("Rows"))), call("dynamodb", "Query", TableName="rows-1", IndexName="by", KeyConditionExpression="a = :a"),
    ),
    "a version of an object is another action": (app(READS), {**READ, "parameters": {**READ["parameters"], "VersionId": "7"}}),
    "a policy of the queue denies whom it does not name": (
        app(SENDS, **queue_policy(deny("sqs:*", "*", **EVERYBODY, **when("ArnNotLike", "aws:PrincipalArn", "arn:aws:iam::*:role/other")))), SEND,
    ),
    "a denial of requests that are not by a service": (
        app(READS, deny("s3:*", "*", **when("Bool", "aws:ViaAWSService", "false"))), READ,
    ),
    "a denial of sessions of roles": (app(READS, deny("s3:*", "*", **when("StringLike", "aws:userid", "*:*"))), READ),
}  # fmt: skip


@pytest.mark.parametrize("name", DENIED)
def test_what_aws_denies_is_denied(tmp_path: Path, name: str) -> None:
    resources, made = DENIED[name]
    verdict, denied, _ = said(prove(tmp_path, resources, made, variables=TESTED))
    assert (verdict, bool(denied)) == ("not proven", True)


UNKNOWN: dict[str, tuple[dict[str, Document], Document]] = {
    "a denial by the tag of the role": (app(READS, deny("s3:*", "*", **when("StringEquals", "aws:PrincipalTag/team", "a"))), READ),
    "a denial by the tag of the resource": (app(READS, deny("s3:*", "*", **when("StringEquals", "aws:ResourceTag/env", "prod"))), READ),
    "an allowance by the tag of the resource": (app(allow("s3:GetObject", OBJECTS, **when("StringEquals", "aws:ResourceTag/env", "prod"))), READ),
    "a denial by address": (app(READS, deny("s3:*", "*", **when("IpAddress", "aws:SourceIp", "0.0.0.0/0"))), READ),
    "a denial by network endpoint": (app(READS, **bucket_policy(deny("s3:*", OBJECTS, **EVERYBODY, **when("StringEquals", "aws:SourceVpce", "vpce-1")))), READ),
    "a denial outside of an organization": (app(READS, **bucket_policy(deny("s3:*", OBJECTS, **EVERYBODY, **when("StringNotEquals", "aws:PrincipalOrgID", "o-1")))), READ),
    "a denial after a date": (app(READS, deny("s3:*", "*", **when("DateGreaterThan", "aws:CurrentTime", "2020-01-01T00:00:00Z"))), READ),
    "a denial by the tag of the object": (app(READS, deny("s3:*", "*", **when("StringEquals", "s3:ExistingObjectTag/secret", "yes"))), READ),
    "a variable that nobody knows in what is denied": (app(READS, deny("s3:*", "arn:aws:s3:::*/${aws:PrincipalTag/area}/*")), READ),
    "a variable that nobody knows in what is allowed": (app(allow("s3:GetObject", sub("${Files.Arn}/${!aws:PrincipalTag/area}/*"))), READ),
    "a denial by a key of a service": (app(SENDS, deny("sqs:*", "*", **when("StringEquals", "sqs:Unheard", "x"))), SEND),
}  # fmt: skip


@pytest.mark.parametrize("name", UNKNOWN)
def test_what_nobody_knows_is_not_judged(tmp_path: Path, name: str) -> None:
    resources, made = UNKNOWN[name]
    proof = prove(tmp_path, resources, made, variables=TESTED)
    assert said(proof) == ("not judged", set(), set())
    assert "the condition key " in proof.report.not_judged[0].reason


ALLOWED: dict[str, tuple[dict[str, Document], Document]] = {
    "a denial without TLS": (app(READS, **bucket_policy(deny("s3:*", OBJECTS, **EVERYBODY, **when("Bool", "aws:SecureTransport", "false")))), READ),
    "the right partition key": (app(allow("dynamodb:GetItem", get("Rows"), **when("ForAllValues:StringEquals", "dynamodb:LeadingKeys", "ann"))), ITEM),
    "a denial in other regions": (app(READS, deny("s3:*", "*", **when("StringNotEquals", "aws:RequestedRegion", "us-east-1"))), READ),
    "a denial without a second factor, if there is one": (app(READS, deny("s3:*", "*", **when("Bool", "aws:MultiFactorAuthPresent", "false"))), READ),
}  # fmt: skip


@pytest.mark.parametrize("name", ALLOWED)
def test_what_aws_allows_is_proven(tmp_path: Path, name: str) -> None:
    resources, made = ALLOWED[name]
    assert said(prove(tmp_path, resources, made, variables=TESTED)) == ("proven", set(), set())


def test_a_service_control_policy_of_a_file_is_decided_both_ways_too(tmp_path: Path) -> None:
    control = {"scp.json": document(deny("s3:*", "*", **when("StringEquals", "aws:PrincipalTag/team", "a")))}
    proof = prove(tmp_path, app(READS), READ, variables=TESTED, service_control=control)
    assert said(proof) == ("not judged", set(), set())


POINT = "arn:aws:s3:us-east-1:123456789012:accesspoint/ap"
NETWORK = allow(
    [f"ec2:{each}NetworkInterface" for each in ("Create", "Delete")] + ["ec2:DescribeNetworkInterfaces"]
)


def endpoint(*statements: Document) -> dict[str, Document]:
    body = {
        "ServiceName": "com.amazonaws.us-east-1.s3",
        "VpcId": "vpc-1",
        "PolicyDocument": document(*statements),
    }
    return {"Endpoint": {"Type": "AWS::EC2::VPCEndpoint", "Properties": body}}


def in_a_network(*statements: Document) -> dict[str, Document]:
    inside = {"VpcConfig": {"SubnetIds": ["subnet-1"], "SecurityGroupIds": []}}
    return app(READS, NETWORK, function_=inside, **endpoint(*statements))


NOT_WEIGHED: dict[str, tuple[dict[str, Document], Document, str]] = {
    "an access point has a policy of its own, and so has its bucket": (
        app(allow("s3:GetObject", f"{POINT}/object/*"), **bucket_policy(deny("s3:*", OBJECTS, **EVERYBODY))),
        call("s3", "GetObject", Bucket=POINT, Key="in/a"),
        "what the policies of the access point and of its bucket say is not weighed",
    ),
    "the policy of a network endpoint leaves the call out": (
        in_a_network(allow("s3:PutObject", **EVERYBODY)), READ,
        "the policy of the network endpoint Endpoint may refuse it",
    ),
    "a query whose partition key nobody sees": (
        app(allow("dynamodb:Query", get("Rows"), **when("ForAllValues:StringEquals", "dynamodb:LeadingKeys", "ann"))),
        call("dynamodb", "Query", TableName="rows-1", KeyConditionExpression="<Equals>"),
        "a policy asks for dynamodb:LeadingKeys, whose value in the call is not known",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", NOT_WEIGHED)
def test_what_is_not_weighed_is_not_judged(tmp_path: Path, name: str) -> None:
    resources, made, reason = NOT_WEIGHED[name]
    proof = prove(tmp_path, resources, made, variables=TESTED)
    assert said(proof) == ("not judged", set(), set())
    assert [row.reason for row in proof.report.not_judged] == [reason]


def test_an_endpoint_whose_policy_allows_the_call_changes_nothing(tmp_path: Path) -> None:
    proof = prove(tmp_path, in_a_network(allow("s3:*", **EVERYBODY)), READ, variables=TESTED)
    assert said(proof) == ("proven", set(), set())


def test_a_role_that_trusts_somebody_else_cannot_be_taken(tmp_path: Path) -> None:
    trust = document(
        {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "ec2.amazonaws.com"}}
    )
    other = {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": trust}}
    made = call("sts", "AssumeRole", RoleArn="arn:aws:iam::123456789012:role/Other", RoleSessionName="me")
    proof = prove(tmp_path, app(allow("sts:AssumeRole", get("Other")), Other=other), made, variables=TESTED)
    assert said(proof)[1] == {"sts:AssumeRole"}


def test_a_call_that_may_mean_another_one_of_its_kind_is_not_judged(tmp_path: Path) -> None:
    made = call("athena", "GetQueryExecution", QueryExecutionId="1")
    mine = "arn:aws:athena:us-east-1:123456789012:workgroup/mine"
    proof = prove(tmp_path, app(allow("athena:GetQueryExecution", mine)), made, variables=TESTED)
    assert said(proof) == ("not judged", set(), set())
    proof = prove(tmp_path, app(allow("athena:StopQueryExecution", mine)), made, variables=TESTED)
    assert said(proof)[1] == {"athena:GetQueryExecution"}

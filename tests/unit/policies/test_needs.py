"""What each need allows and denies, decided by the evaluator of `wellmade prove`."""

import json
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import (
    aws_dynamodb,
    aws_events,
    aws_iam,
    aws_kms,
    aws_s3,
    aws_secretsmanager,
    aws_sns,
    aws_sqs,
    aws_ssm,
    aws_stepfunctions,
)

from wellmade.policies import (
    Need,
    consume_messages,
    decrypt,
    publish,
    put_events,
    read_parameter,
    read_prefix,
    read_secret,
    read_table,
    send_messages,
    start_execution,
    write_prefix,
    write_table,
)
from wellmade.prove.policy import Authorizer, Policy, Request

OURS, THEIRS, REGION = "111122223333", "444455556666", "eu-west-1"
QUEUE = f"arn:aws:sqs:{REGION}:{OURS}:orders"
TOPIC = f"arn:aws:sns:{REGION}:{OURS}:news"
TABLE = f"arn:aws:dynamodb:{REGION}:{OURS}:table/carts"
SECRET = f"arn:aws:secretsmanager:{REGION}:{OURS}:secret:signing-AbCdEf"
PARAMETER = f"arn:aws:ssm:{REGION}:{OURS}:parameter/shop/limit"
BUS = f"arn:aws:events:{REGION}:{OURS}:event-bus/shop"
KEY = f"arn:aws:kms:{REGION}:{OURS}:key/11111111-2222-3333-4444-555555555555"
MACHINE = f"arn:aws:states:{REGION}:{OURS}:stateMachine:orders"
TLS: Mapping[str, Any] = {"aws:SecureTransport": True}
OWN: Mapping[str, Any] = {**TLS, "aws:ResourceAccount": OURS}
VIA_S3 = {"kms:ViaService": f"s3.{REGION}.amazonaws.com"}

NEEDS: Mapping[str, Callable[[cdk.Stack], Need]] = {
    "read a prefix": lambda stack: read_prefix(
        aws_s3.Bucket.from_bucket_name(stack, "B", "shop-files"), "incoming/"
    ),
    "write a prefix": lambda stack: write_prefix(
        aws_s3.Bucket.from_bucket_name(stack, "B", "shop-files"), "results/"
    ),
    "read a table": lambda stack: read_table(
        aws_dynamodb.Table.from_table_arn(stack, "T", TABLE), indexes=["by-day"], partition_keys=["tenant-17"]
    ),
    "write a table": lambda stack: write_table(aws_dynamodb.Table.from_table_arn(stack, "T", TABLE)),
    "consume": lambda stack: consume_messages(aws_sqs.Queue.from_queue_arn(stack, "Q", QUEUE)),
    "send": lambda stack: send_messages(aws_sqs.Queue.from_queue_arn(stack, "Q", QUEUE)),
    "publish": lambda stack: publish(aws_sns.Topic.from_topic_arn(stack, "N", TOPIC)),
    "read a secret": lambda stack: read_secret(
        aws_secretsmanager.Secret.from_secret_complete_arn(stack, "S", SECRET)
    ),
    "read a parameter": lambda stack: read_parameter(
        aws_ssm.StringParameter.from_string_parameter_arn(stack, "P", PARAMETER)
    ),
    "put events": lambda stack: put_events(
        aws_events.EventBus.from_event_bus_arn(stack, "E", BUS),
        sources=["shop.orders"],
        detail_types=["OrderPlaced.v2"],
    ),
    "decrypt": lambda stack: decrypt(
        aws_kms.Key.from_key_arn(stack, "K", KEY),
        via=["s3"],
        encryption_context={"aws:s3:arn": "arn:aws:s3:::shop-files"},
    ),
    "start an execution": lambda stack: start_execution(
        aws_stepfunctions.StateMachine.from_state_machine_arn(stack, "M", MACHINE)
    ),
}
FILES = "arn:aws:s3:::shop-files"
EVENT = {**TLS, "events:source": "shop.orders", "events:detail-type": "OrderPlaced.v2"}
CONTEXT = {"kms:EncryptionContext:aws:s3:arn": FILES}
TENANT = {**TLS, "dynamodb:LeadingKeys": ["tenant-17"]}

Call = tuple[str, str, str, Mapping[str, Any]]
ALLOWED: list[Call] = [
    ("read a prefix", "s3:GetObject", f"{FILES}/incoming/a.csv", OWN),
    ("read a prefix", "s3:ListBucket", FILES, {**OWN, "s3:prefix": "incoming/"}),
    ("read a prefix", "s3:ListBucket", FILES, {**OWN, "s3:prefix": "incoming/2026"}),
    ("write a prefix", "s3:PutObject", f"{FILES}/results/a.csv", OWN),
    ("write a prefix", "s3:AbortMultipartUpload", f"{FILES}/results/a.csv", OWN),
    ("read a table", "dynamodb:GetItem", TABLE, TENANT),
    ("read a table", "dynamodb:Query", f"{TABLE}/index/by-day", TENANT),
    ("write a table", "dynamodb:PutItem", TABLE, TLS),
    ("write a table", "dynamodb:DeleteItem", TABLE, TLS),
    ("consume", "sqs:ReceiveMessage", QUEUE, TLS),
    ("consume", "sqs:DeleteMessage", QUEUE, TLS),
    ("send", "sqs:SendMessage", QUEUE, TLS),
    ("publish", "sns:Publish", TOPIC, TLS),
    ("read a secret", "secretsmanager:GetSecretValue", SECRET, TLS),
    (
        "read a secret",
        "secretsmanager:GetSecretValue",
        SECRET,
        {**TLS, "secretsmanager:VersionStage": "AWSCURRENT"},
    ),
    ("read a parameter", "ssm:GetParameter", PARAMETER, TLS),
    ("put events", "events:PutEvents", BUS, EVENT),
    ("decrypt", "kms:Decrypt", KEY, {**VIA_S3, **CONTEXT}),
    ("start an execution", "states:StartExecution", MACHINE, TLS),
]
DENIED: list[Call] = [
    ("read a prefix", "s3:GetObject", f"{FILES}/results/a.csv", OWN),
    ("read a prefix", "s3:GetObject", "arn:aws:s3:::others/incoming/a.csv", OWN),
    ("read a prefix", "s3:GetObject", f"{FILES}/incoming/a.csv", {**OWN, "aws:ResourceAccount": THEIRS}),
    ("read a prefix", "s3:GetObject", f"{FILES}/incoming/a.csv", {**OWN, "aws:SecureTransport": False}),
    ("read a prefix", "s3:ListBucket", FILES, OWN),
    ("read a prefix", "s3:ListBucket", FILES, {**OWN, "s3:prefix": "results/"}),
    ("read a prefix", "s3:PutObject", f"{FILES}/incoming/a.csv", OWN),
    ("read a prefix", "s3:DeleteObject", f"{FILES}/incoming/a.csv", OWN),
    ("write a prefix", "s3:GetObject", f"{FILES}/results/a.csv", OWN),
    ("write a prefix", "s3:PutObject", f"{FILES}/incoming/a.csv", OWN),
    ("write a prefix", "s3:PutObjectAcl", f"{FILES}/results/a.csv", OWN),
    ("write a prefix", "s3:PutObject", f"{FILES}/results/a.csv", {**OWN, "aws:ResourceAccount": THEIRS}),
    ("read a table", "dynamodb:GetItem", TABLE, {**TLS, "dynamodb:LeadingKeys": ["tenant-18"]}),
    ("read a table", "dynamodb:GetItem", TABLE, {**TLS, "dynamodb:LeadingKeys": ["tenant-17", "tenant-18"]}),
    ("read a table", "dynamodb:GetItem", TABLE, TLS),
    ("read a table", "dynamodb:Scan", TABLE, TENANT),
    ("read a table", "dynamodb:PutItem", TABLE, TENANT),
    ("read a table", "dynamodb:Query", f"{TABLE}/index/by-price", TENANT),
    ("write a table", "dynamodb:GetItem", TABLE, TLS),
    ("write a table", "dynamodb:DeleteTable", TABLE, TLS),
    ("write a table", "dynamodb:PutItem", f"{TABLE}-of-others", TLS),
    ("consume", "sqs:SendMessage", QUEUE, TLS),
    ("consume", "sqs:PurgeQueue", QUEUE, TLS),
    ("consume", "sqs:ReceiveMessage", f"{QUEUE}-failed", TLS),
    ("send", "sqs:ReceiveMessage", QUEUE, TLS),
    ("send", "sqs:SendMessage", QUEUE, {"aws:SecureTransport": False}),
    ("send", "sqs:SendMessage", QUEUE.replace(OURS, THEIRS), TLS),
    ("publish", "sns:Subscribe", TOPIC, TLS),
    ("publish", "sns:Publish", f"{TOPIC}-of-others", TLS),
    ("publish", "sns:Publish", TOPIC, {"aws:SecureTransport": False}),
    ("read a secret", "secretsmanager:PutSecretValue", SECRET, TLS),
    (
        "read a secret",
        "secretsmanager:GetSecretValue",
        SECRET,
        {**TLS, "secretsmanager:VersionStage": "AWSPREVIOUS"},
    ),
    ("read a secret", "secretsmanager:GetSecretValue", SECRET, {**TLS, "secretsmanager:VersionId": "1"}),
    ("read a secret", "secretsmanager:GetSecretValue", f"{SECRET[:-1]}g", TLS),
    ("read a parameter", "ssm:GetParameter", f"{PARAMETER}s", TLS),
    ("read a parameter", "ssm:PutParameter", PARAMETER, TLS),
    ("read a parameter", "ssm:GetParametersByPath", f"{PARAMETER}", TLS),
    ("put events", "events:PutEvents", BUS, {**EVENT, "events:source": "shop.payments"}),
    ("put events", "events:PutEvents", BUS, {**EVENT, "events:detail-type": "OrderLost.v1"}),
    ("put events", "events:PutEvents", BUS.replace("shop", "default"), EVENT),
    ("put events", "events:PutRule", BUS, EVENT),
    ("decrypt", "kms:Decrypt", KEY, CONTEXT),
    ("decrypt", "kms:Decrypt", KEY, VIA_S3),
    ("decrypt", "kms:Decrypt", KEY, {**CONTEXT, "kms:ViaService": f"sqs.{REGION}.amazonaws.com"}),
    ("decrypt", "kms:Encrypt", KEY, {**VIA_S3, **CONTEXT}),
    ("decrypt", "kms:Decrypt", KEY[:-1] + "6", {**VIA_S3, **CONTEXT}),
    ("start an execution", "states:StopExecution", MACHINE, TLS),
    ("start an execution", "states:StartExecution", f"{MACHINE}-of-others", TLS),
    ("start an execution", "states:StartExecution", MACHINE, {"aws:SecureTransport": False}),
]


@pytest.fixture(scope="module")
def policies() -> dict[str, Authorizer]:
    """The needs, each as the policy of a role of its own."""
    return {name: Authorizer([Policy.parse(document(name), "Need")]) for name in NEEDS}


@cache
def document(name: str) -> dict[str, Any]:
    """Return what a need comes to in the account `OURS`."""
    app = cdk.App(analytics_reporting=False)
    stack = cdk.Stack(app, "S", env=cdk.Environment(account=OURS, region=REGION))
    statements = [each.statement().to_statement_json() for each in NEEDS[name](stack).statements]
    found = stack.resolve({"Version": "2012-10-17", "Statement": statements})
    return written(found)  # type: ignore[no-any-return] # of a mapping


def written(value: Any) -> Any:
    """Return a document with its partition and its domain written out."""
    text = json.dumps(value)
    for name, known in {"AWS::Partition": "aws", "AWS::URLSuffix": "amazonaws.com"}.items():
        text = text.replace(json.dumps({"Ref": name}), json.dumps(known))
    return joined(json.loads(text))


def joined(value: Any) -> Any:
    match value:
        case {"Fn::Join": [str(between), list(parts)]}:
            return between.join(parts)
        case dict():
            return {key: joined(each) for key, each in value.items()}
        case list():
            return [joined(each) for each in value]
    return value


@pytest.mark.parametrize(("name", "action", "resource", "context"), ALLOWED)
def test_allows(
    name: str, action: str, resource: str, context: Mapping[str, Any], policies: dict[str, Authorizer]
) -> None:
    assert policies[name].decide(Request(action, resource, context, account=OURS)).allowed


@pytest.mark.parametrize(("name", "action", "resource", "context"), DENIED)
def test_denies(
    name: str, action: str, resource: str, context: Mapping[str, Any], policies: dict[str, Authorizer]
) -> None:
    assert not policies[name].decide(Request(action, resource, context, account=OURS)).allowed


@pytest.mark.parametrize("name", NEEDS)
def test_each_need_has_conditions_and_names_what_it_is_for(name: str) -> None:
    for each in document(name)["Statement"]:
        assert each["Condition"]
        assert "*" not in json.dumps(each["Action"])
        assert each["Resource"] != "*"


@pytest.mark.parametrize(("name", "action", "resource", "context"), ALLOWED)
def test_a_boundary_of_the_need_allows_it_and_nothing_beside_it(
    name: str, action: str, resource: str, context: Mapping[str, Any]
) -> None:
    wide = Policy.parse({"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}, "Administrator")
    limited = Authorizer([wide], boundary=Policy.parse(document(name), "Limit"))
    assert limited.decide(Request(action, resource, context, account=OURS)).allowed
    assert not limited.decide(Request("iam:CreateUser", f"arn:aws:iam::{OURS}:user/eve", TLS)).allowed
    assert not limited.decide(Request("s3:DeleteObject", f"{FILES}/incoming/a", OWN)).allowed


def test_anybodys_role_is_granted_it() -> None:
    app = cdk.App(analytics_reporting=False)
    stack = cdk.Stack(app, "S")
    role = aws_iam.Role(stack, "R", assumed_by=aws_iam.ServicePrincipal("ec2.amazonaws.com"))
    publish(aws_sns.Topic.from_topic_arn(stack, "N", TOPIC)).grant(role)
    template = app.synth().get_stack_by_name("S").template
    [policy] = [each for each in template["Resources"].values() if each["Type"] == "AWS::IAM::Policy"]
    [statement] = policy["Properties"]["PolicyDocument"]["Statement"]
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "true"}}
    assert (statement["Action"], statement["Resource"]) == ("sns:Publish", TOPIC)

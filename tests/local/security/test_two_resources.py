"""Somebody who names, beside what they may use, in the same request what they may not."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.httpsession import URLLib3Session

from wellmade.local.server import LocalCloud

pytestmark = pytest.mark.local

HERE = "us-east-1:000000000000"
TABLES, STREAMS = f"arn:aws:dynamodb:{HERE}:table/", f"arn:aws:kinesis:{HERE}:stream/"
QUEUES, TOPICS = f"arn:aws:sqs:{HERE}:", f"arn:aws:sns:{HERE}:"
PARAMETERS = f"arn:aws:ssm:{HERE}:parameter"
OWN = [f"{prefix}mine" for prefix in (TABLES, STREAMS, QUEUES, TOPICS)] + [f"{PARAMETERS}/mine/*"]
KEY = {"id": {"S": "a"}}
SELECT = "SELECT * FROM \"theirs\" WHERE id='a'"

TARGETED: list[tuple[str, str, Mapping[str, Any]]] = [
    ("dynamodb", "DynamoDB_20120810.BatchGetItem", {"RequestItems": {"theirs": {"Keys": [KEY]}}}),
    (
        "dynamodb",
        "DynamoDB_20120810.BatchWriteItem",
        {"RequestItems": {"theirs": [{"PutRequest": {"Item": KEY}}]}},
    ),
    ("dynamodb", "DynamoDB_20120810.ExecuteStatement", {"Statement": SELECT}),
    ("dynamodb", "DynamoDB_20120810.BatchExecuteStatement", {"Statements": [{"Statement": SELECT}]}),
    ("dynamodb", "DynamoDB_20120810.ExecuteTransaction", {"TransactStatements": [{"Statement": SELECT}]}),
    ("dynamodb", "DynamoDB_20120810.TagResource", {"ResourceArn": f"{TABLES}theirs", "Tags": []}),
    ("sqs", "AmazonSQS.ListQueues", {}),
    ("sqs", "AmazonSQS.StartMessageMoveTask", {"SourceArn": f"{QUEUES}theirs"}),
    ("ssm", "AmazonSSM.GetParameters", {"Names": ["/theirs/a"]}),
    ("ssm", "AmazonSSM.GetParametersByPath", {"Path": "/theirs"}),
    ("kinesis", "Kinesis_20131202.DescribeStream", {"StreamName": "theirs"}),
    (
        "kinesis",
        "Kinesis_20131202.PutRecord",
        {"StreamName": "theirs", "Data": "eA==", "PartitionKey": "a"},
    ),
    ("kinesis", "Kinesis_20131202.GetRecords", {}),
]
NAMES_MINE = {
    "dynamodb": {"TableName": "mine"},
    "sqs": {"QueueUrl": "http://localhost/000000000000/mine"},
    "ssm": {"Name": "/mine/a"},
    "kinesis": {"StreamARN": f"{STREAMS}mine"},
}


@pytest.fixture(scope="module")
def keys(cloud: LocalCloud) -> Credentials:
    """Of a role that may do everything with what is its own, beside which there is something else."""
    for name in ("mine", "theirs"):
        cloud.client("dynamodb").create_table(
            TableName=name,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        )
        cloud.client("kinesis").create_stream(StreamName=name, ShardCount=1)
        cloud.client("sqs").create_queue(QueueName=name)
        cloud.client("sns").create_topic(Name=name)
        cloud.client("ssm").put_parameter(Name=f"/{name}/a", Value="secret", Type="String")
    iam = cloud.client("iam")
    trust = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}
    may = {"Effect": "Allow", "Action": "*", "Resource": OWN}
    role = iam.create_role(
        RoleName="owner", AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    )["Role"]["Arn"]
    iam.put_role_policy(
        RoleName="owner",
        PolicyName="own",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [may]}),
    )
    given = cloud.client("sts").assume_role(RoleArn=role, RoleSessionName="owner")["Credentials"]
    return Credentials(given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"])


def answer_to(cloud: LocalCloud, keys: Credentials, service: str, target: str, body: str) -> tuple[int, str]:
    kind = "application/x-amz-json-1.1" if target else "application/x-www-form-urlencoded"
    headers = {"Content-Type": kind} | ({"X-Amz-Target": target} if target else {})
    request = AWSRequest("POST", cloud.endpoint, headers, body.encode())
    SigV4Auth(keys, service, "us-east-1").add_auth(request)
    answer = URLLib3Session(proxies={}).send(request.prepare())
    return answer.status_code, answer.text


@pytest.mark.parametrize(
    ("service", "target", "asked"), TARGETED, ids=[target.rpartition(".")[2] for _, target, _ in TARGETED]
)
def test_a_name_beside_opens_nothing(
    cloud: LocalCloud, keys: Credentials, service: str, target: str, asked: Mapping[str, Any]
) -> None:
    if target.endswith("GetRecords"):
        kinesis = cloud.client("kinesis")
        shard = kinesis.list_shards(StreamName="theirs")["Shards"][0]["ShardId"]
        place = {"StreamName": "theirs", "ShardId": shard, "ShardIteratorType": "TRIM_HORIZON"}
        asked = {"ShardIterator": kinesis.get_shard_iterator(**place)["ShardIterator"]}
    body = json.dumps({**NAMES_MINE[service], **asked})

    status, said = answer_to(cloud, keys, service, target, body)

    assert (status // 100, "one resource" in said) == (4, True)


def test_nor_does_a_second_topic(cloud: LocalCloud, keys: Credentials) -> None:
    form = {"Action": "Publish", "TopicArn": f"{TOPICS}mine", "TargetArn": f"{TOPICS}theirs", "Message": "x"}

    assert answer_to(cloud, keys, "sns", "", urlencode(form))[0] == 403
    del form["TargetArn"]
    assert answer_to(cloud, keys, "sns", "", urlencode(form))[0] == 200


def test_what_is_named_once_is_served(cloud: LocalCloud, keys: Credentials) -> None:
    asked = json.dumps({"TableName": "mine", "Key": KEY, "ANewSettingOfAWS": True})

    assert answer_to(cloud, keys, "dynamodb", "DynamoDB_20120810.GetItem", asked)[0] == 200

"""Somebody who asks for what they may do and, in the same request, for what they may not."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pytest
from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.httpsession import URLLib3Session

from tests.local.security.conftest import Send
from wellmade.local.server import LocalCloud

pytestmark = pytest.mark.local

FORM, JSON = "application/x-www-form-urlencoded", "application/x-amz-json-1.0"
TABLE = json.dumps(
    {
        "TableName": "evil",
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    }
)


@dataclass(frozen=True)
class Asked:
    """A request."""

    service: str
    path: str
    body: str = ""
    kind: str = FORM
    target: str = ""
    method: str = "POST"


@pytest.fixture(scope="module")
def reader(cloud: LocalCloud) -> Callable[[Asked], int]:
    """Send a request as somebody who may list topics, tables, users and alarms, and read objects."""
    iam = cloud.client("iam")
    trust = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}
    may = [
        "sns:ListTopics",
        "dynamodb:ListTables",
        "iam:ListUsers",
        "cloudwatch:DescribeAlarms",
        "s3:GetObject",
    ]
    role = iam.create_role(
        RoleName="reads-whatever-is-asked",
        AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]}),
    )["Role"]["Arn"]
    iam.put_role_policy(
        RoleName="reads-whatever-is-asked",
        PolicyName="reads",
        PolicyDocument=json.dumps(
            {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": may, "Resource": "*"}]}
        ),
    )
    given = cloud.client("sts").assume_role(RoleArn=role, RoleSessionName="reader")["Credentials"]
    keys = Credentials(given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"])

    def send(asked: Asked) -> int:
        headers = {"Content-Type": asked.kind} | ({"X-Amz-Target": asked.target} if asked.target else {})
        request = AWSRequest(asked.method, cloud.endpoint + asked.path, headers, asked.body.encode())
        sign = S3SigV4Auth if asked.service == "s3" else SigV4Auth
        sign(keys, asked.service, "us-east-1").add_auth(request)
        return int(URLLib3Session(proxies={}).send(request.prepare()).status_code)

    return send


@pytest.mark.parametrize(
    "asked",
    [
        Asked("sns", "/", "Action=ListTopics&Version=2010-03-31"),
        Asked("sns", "/?Action=ListTopics", "Version=2010-03-31"),
        Asked("dynamodb", "/", "{}", JSON, "DynamoDB_20120810.ListTables"),
        Asked(
            "dynamodb", "/", json.dumps({"Limit": 1, "a": "&Action=b"}), JSON, "DynamoDB_20120810.ListTables"
        ),
        Asked("iam", "/", "Action=ListUsers&Version=2010-05-08"),
        Asked("monitoring", "/", "{}", JSON, "GraniteServiceVersion20100801.DescribeAlarms"),
        Asked("s3", "/ledger/january.csv?Action=PutObject", method="GET"),
    ],
    ids=lambda asked: f"{asked.service} {asked.path} {asked.target}",
)
def test_who_may_do_it_does(reader: Callable[[Asked], int], asked: Asked) -> None:
    assert reader(asked) == 200


@pytest.mark.parametrize(
    "asked",
    [
        Asked("sns", "/?Action=ListTopics", "Action=CreateTopic&Name=evil&Version=2010-03-31"),
        Asked("sns", "/", "Action=CreateTopic&Name=evil&Version=2010-03-31", "text/plain"),
        Asked("sns", "/", "Action=CreateTopic&Name=evil", "text/plain", "AmazonSNS.ListTopics"),
        Asked("sns", "/", "{&Action=CreateTopic&Name=evil", JSON, "AmazonSNS.ListTopics"),
        Asked("dynamodb", "/?Action=ListTables", TABLE, JSON, "DynamoDB_20120810.CreateTable"),
        Asked("iam", "/?Action=ListUsers", "Action=CreateUser&UserName=evil&Version=2010-05-08"),
        Asked("iam", "/", "Action=CreateUser&UserName=evil", "text/plain", "IAMService.ListUsers"),
        Asked("iam", "/operation/ListUsers", "Action=CreateUser&UserName=evil", "text/plain"),
        Asked("sns", "/v2/", "Action=CreateTopic&Name=evil", "text/plain"),
        Asked(
            "monitoring",
            "/service/GraniteServiceVersion20100801/operation/DisableAlarmActions",
            '{"AlarmNames": ["orders"]}',
            JSON,
        ),
        Asked("s3", "/ledger/evil?Action=GetObject", "mine", "text/plain", method="PUT"),
        Asked("s3", "/ledger/evil", "mine", "text/plain", "x.GetObject", method="PUT"),
    ],
    ids=lambda asked: f"{asked.service} {asked.path} {asked.target} {asked.kind}",
)
def test_who_may_do_something_else_does_not(
    reader: Callable[[Asked], int], cloud: LocalCloud, asked: Asked
) -> None:
    assert reader(asked) in (400, 403)
    assert made_in(cloud) == {"topics": 0, "tables": 0, "users": 0, "objects": 0}


def made_in(cloud: LocalCloud) -> Mapping[str, int]:
    """Count what has the name of the thief."""
    found = cloud.client("s3").list_objects_v2(Bucket="ledger", Prefix="evil")
    topics = [each["TopicArn"] for each in cloud.client("sns").list_topics()["Topics"]]
    return {
        "topics": len([arn for arn in topics if arn.endswith("evil")]),
        "tables": cloud.client("dynamodb").list_tables()["TableNames"].count("evil"),
        "users": [each["UserName"] for each in cloud.client("iam").list_users()["Users"]].count("evil"),
        "objects": found["KeyCount"],
    }


def test_who_signs_nothing_makes_no_user(send: Send, cloud: LocalCloud) -> None:
    idp = cloud.client("cognito-idp")
    pool = idp.create_user_pool(PoolName="staff")["UserPool"]["Id"]
    target = "AWSCognitoIdentityProviderService.AdminCreateUser"
    body = json.dumps({"UserPoolId": pool, "Username": "evil"})

    answer = send("POST", "/?Action=InitiateAuth", body, X_Amz_Target=target, Content_Type=JSON)

    assert not answer.served
    assert not idp.list_users(UserPoolId=pool)["Users"]


def test_a_page_deletes_nothing_from_a_bucket_that_everybody_reads(send: Send, cloud: LocalCloud) -> None:
    s3 = cloud.client("s3")
    s3.create_bucket(Bucket="site")
    reads = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::site/*"}
    s3.delete_public_access_block(Bucket="site")
    s3.put_bucket_policy(Bucket="site", Policy=json.dumps({"Version": "2012-10-17", "Statement": [reads]}))
    s3.put_object(Bucket="site", Key="index.html", Body=b"hello")
    body = "<Delete><Object><Key>index.html</Key></Object></Delete>"

    answer = send(
        "POST",
        "/site?delete&Action=GetObject",
        body,
        Origin="https://evil.example",
        Content_Type="text/plain",
    )

    assert answer.status == 403
    assert s3.head_object(Bucket="site", Key="index.html")
    assert send("GET", "/site/index.html").body == "hello"


@pytest.mark.parametrize("path", ["/ledger/evil?uploads", "/ledger/evil?uploadId=x", "/ledger?delete"])
def test_a_form_asks_for_nothing_but_to_be_kept(send: Send, cloud: LocalCloud, path: str) -> None:
    assert send("POST", path, "--x--", Content_Type="multipart/form-data; boundary=x").status == 403
    assert "Uploads" not in cloud.client("s3").list_multipart_uploads(Bucket="ledger")

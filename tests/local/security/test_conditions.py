"""Somebody whom a policy keeps to a part of what a call can do: to a tenant's items, to some attributes."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.local.security.test_passed_roles import Client, client_with
from wellmade.local.server import LocalCloud

pytestmark = pytest.mark.local

TABLE = "arn:aws:dynamodb:us-east-1:000000000000:table/tenants"
ANN, BOB = {"tenant": {"S": "ann"}, "id": {"S": "1"}}, {"tenant": {"S": "bob"}, "id": {"S": "1"}}
Call = Callable[[Any], Any]


@pytest.fixture(scope="module")
def table(cloud: LocalCloud) -> str:
    """A table with items of two tenants, also found by what they own."""
    client = cloud.client("dynamodb")
    client.create_table(
        TableName="tenants",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": n, "AttributeType": "S"} for n in ("tenant", "id", "owner")],
        KeySchema=[
            {"AttributeName": "tenant", "KeyType": "HASH"},
            {"AttributeName": "id", "KeyType": "RANGE"},
        ],
        GlobalSecondaryIndexes=[
            {
                "IndexName": "by-owner",
                "KeySchema": [{"AttributeName": "owner", "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
    )
    for key in (ANN, BOB):
        client.put_item(TableName="tenants", Item={**key, "owner": key["tenant"], "role": {"S": "guest"}})
    return TABLE


@pytest.fixture(scope="module")
def ann(cloud: LocalCloud, table: str) -> Any:
    """Who may do everything with items of one tenant."""
    own = {"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": ["ann"]}}
    may = {"Effect": "Allow", "Action": "dynamodb:*", "Resource": f"{table}*", "Condition": own}
    return client_with(cloud, "ann", may)("dynamodb")


OF_A_TENANT: dict[str, Callable[[Any, dict[str, Any]], Any]] = {
    "get": lambda client, key: client.get_item(TableName="tenants", Key=key)["Item"],
    "put": lambda client, key: client.put_item(TableName="tenants", Item={**key, "owner": key["tenant"]}),
    "update": lambda client, key: client.update_item(
        TableName="tenants",
        Key=key,
        UpdateExpression="SET seen = :s",
        ExpressionAttributeValues={":s": {"S": "x"}},
    ),
    "query": lambda client, key: client.query(
        TableName="tenants",
        KeyConditionExpression="#t = :t AND id = :i",
        ExpressionAttributeNames={"#t": "tenant"},
        ExpressionAttributeValues={":t": key["tenant"], ":i": key["id"]},
    ),
    "query-turned": lambda client, key: client.query(
        TableName="tenants",
        KeyConditionExpression=":1 = #1",
        ExpressionAttributeNames={"#1": "tenant"},
        ExpressionAttributeValues={":1": key["tenant"]},
    ),
    "index": lambda client, key: client.query(
        TableName="tenants",
        IndexName="by-owner",
        KeyConditionExpression="#o = :o",
        ExpressionAttributeNames={"#o": "owner"},
        ExpressionAttributeValues={":o": key["tenant"]},
    ),
    "batch-get": lambda client, key: (
        client.batch_get_item(RequestItems={"tenants": {"Keys": [ANN, key]}})
        if key is BOB
        else client.batch_get_item(RequestItems={"tenants": {"Keys": [key]}})
    ),
    "batch-write": lambda client, key: client.batch_write_item(
        RequestItems={"tenants": [{"PutRequest": {"Item": {**key, "owner": key["tenant"]}}}]}
    ),
    "transact-get": lambda client, key: client.transact_get_items(
        TransactItems=[{"Get": {"TableName": "tenants", "Key": key}}]
    ),
    "transact-write": lambda client, key: client.transact_write_items(
        TransactItems=[{"Put": {"TableName": TABLE, "Item": {**key, "owner": key["tenant"]}}}]
    ),
}


@pytest.mark.parametrize("call", OF_A_TENANT.values(), ids=OF_A_TENANT.keys())
def test_a_tenant_reaches_its_own_items_alone(ann: Any, call: Callable[[Any, dict[str, Any]], Any]) -> None:
    assert call(ann, ANN)
    with pytest.raises(ClientError, match="AccessDenied"):
        call(ann, BOB)


def test_nor_with_what_is_no_parameter(cloud: LocalCloud, table: str) -> None:
    own = {"ForAnyValue:StringEquals": {"dynamodb:LeadingKeys": "ann"}}
    may = {"Effect": "Allow", "Action": "dynamodb:*", "Resource": f"{table}*", "Condition": own}
    client = client_with(cloud, "ann-alone", may)("dynamodb")
    assert client.get_item(TableName="tenants", Key=ANN)["Item"]

    client.meta.events.register("before-call.dynamodb.Scan", adding(LeadingKeys="ann"))
    with pytest.raises(ClientError, match="AccessDenied"):
        client.scan(TableName="tenants")


def adding(**more: str) -> Callable[..., None]:
    """Return what writes more into the body of a request than its operation has."""

    def add(params: dict[str, Any], **_: Any) -> None:
        params["body"] = json.dumps({**json.loads(params["body"]), **more}).encode()

    return add


def test_nor_by_a_statement(ann: Any) -> None:
    with pytest.raises(ClientError, match="AccessDenied"):
        ann.execute_statement(Statement="SELECT * FROM \"tenants\" WHERE tenant = 'bob'")


WRITES: dict[str, Call] = {
    "update": lambda client: client.update_item(
        TableName="tenants",
        Key=ANN,
        UpdateExpression="SET seen = :s, #r = :r",
        ExpressionAttributeNames={"#r": "role"},
        ExpressionAttributeValues={":s": {"S": "x"}, ":r": {"S": "admin"}},
    ),
    "numbered": lambda client: client.update_item(
        TableName="tenants",
        Key=ANN,
        UpdateExpression="SET #0 = :0",
        ExpressionAttributeNames={"#0": "role"},
        ExpressionAttributeValues={":0": {"S": "admin"}},
    ),
    "put": lambda client: client.put_item(TableName="tenants", Item={**ANN, "role": {"S": "admin"}}),
    "transaction": lambda client: client.transact_write_items(
        TransactItems=[
            {
                "Update": {
                    "TableName": "tenants",
                    "Key": ANN,
                    "UpdateExpression": "SET seen=if_not_exists(role,:s)",
                    "ExpressionAttributeValues": {":s": {"S": "x"}},
                }
            }
        ]
    ),
}


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES.keys())
def test_who_may_write_some_attributes_touches_no_other(cloud: LocalCloud, table: str, write: Call) -> None:
    some = {"ForAllValues:StringEquals": {"dynamodb:Attributes": ["tenant", "id", "seen"]}}
    may = {"Effect": "Allow", "Action": ["dynamodb:*"], "Resource": table, "Condition": some}
    client = client_with(cloud, f"some-{list(WRITES.values()).index(write)}", may)("dynamodb")

    assert client.update_item(
        TableName="tenants",
        Key=ANN,
        UpdateExpression="SET seen = :s",
        ExpressionAttributeValues={":s": {"S": "x"}},
    )
    with pytest.raises(ClientError, match="AccessDenied"):
        write(client)


DENIED: dict[str, tuple[str, dict[str, Any], Callable[[Client], Any]]] = {
    "secret": (
        "secretsmanager:*",
        {"StringLike": {"secretsmanager:SecretId": "arn:aws:secretsmanager:*:secret:kept-*"}},
        lambda client: client("secretsmanager").get_secret_value(SecretId="kept"),
    ),
    "stage": (
        "secretsmanager:*",
        {"StringEquals": {"secretsmanager:VersionStage": "AWSCURRENT"}},
        lambda client: client("secretsmanager").get_secret_value(SecretId="kept", VersionStage="AWSCURRENT"),
    ),
    "protocol": (
        "sns:*",
        {"StringEquals": {"sns:Protocol": "http"}},
        lambda client: client("sns").subscribe(
            TopicArn="arn:aws:sns:us-east-1:000000000000:kept",
            Protocol="http",
            Endpoint="http://127.0.0.1:1/",
        ),
    ),
}


@pytest.fixture(scope="module")
def kept(cloud: LocalCloud) -> str:
    """The name of a secret and of a topic."""
    cloud.client("secretsmanager").create_secret(Name="kept", SecretString="a secret")
    cloud.client("sns").create_topic(Name="kept")
    return "kept"


@pytest.mark.parametrize("kind", DENIED)
def test_what_a_policy_denies_by_a_parameter_is_denied(cloud: LocalCloud, kept: str, kind: str) -> None:
    actions, condition, call = DENIED[kind]
    may = {"Effect": "Allow", "Action": actions, "Resource": "*"}
    denies = {**may, "Effect": "Deny", "Condition": condition}

    assert call(client_with(cloud, f"may-{kept}-{kind}", may))
    with pytest.raises(ClientError, match=r"AccessDenied|AuthorizationError"):
        call(client_with(cloud, f"denied-{kind}", may, denies))


def test_what_is_said_twice_is_not_taken_once(cloud: LocalCloud, kept: str) -> None:
    safe = {"StringEquals": {"sns:Protocol": "https"}}
    may = {"Effect": "Allow", "Action": "sns:*", "Resource": "*", "Condition": safe}
    client = client_with(cloud, f"safely-{kept}", may)("sns")

    client.meta.events.register(
        "before-call.sns.Subscribe", lambda params, **_: params["body"].update(protocol="https")
    )
    with pytest.raises(ClientError, match=r"AccessDenied|AuthorizationError"):
        client.subscribe(
            TopicArn="arn:aws:sns:us-east-1:000000000000:kept",
            Protocol="http",
            Endpoint="http://127.0.0.1:1/",
        )


def test_tags_beside_an_object_take_their_own_right(cloud: LocalCloud) -> None:
    cloud.client("s3").create_bucket(Bucket="tagged")
    may = {"Effect": "Allow", "Action": "s3:PutObject", "Resource": "arn:aws:s3:::tagged/*"}
    client = client_with(cloud, "writes", may)("s3")

    assert client.put_object(Bucket="tagged", Key="a", Body=b"x")
    with pytest.raises(ClientError, match="AccessDenied"):
        client.put_object(Bucket="tagged", Key="a", Body=b"x", Tagging="team=admins")

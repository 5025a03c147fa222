"""Condition keys that a service fills itself where the call does not say them.

Sources: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html,
https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Query.html#DDB-Query-request-Select,
https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html and
https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_examples.html
"""

from pathlib import Path
from typing import Any

import pytest

from tests.unit.prove.cases import LOG, function, get, prove, role, said, sub
from tests.unit.prove.support import Document, allow, call, deny

KEY = {"pk": {"S": "a"}}
PROVEN, DENIED, UNKNOWN = "proven", "not proven", "not judged"


def app(*statements: Document, **key: Any) -> dict[str, Document]:
    schema = [{"AttributeName": "pk", "KeyType": "HASH"}]
    return {
        "Rows": {"Type": "AWS::DynamoDB::Table", "Properties": {"KeySchema": schema}},
        "Key": {"Type": "AWS::KMS::Key", "Properties": key},
        "Secret": {"Type": "AWS::SecretsManager::Secret", "Properties": {}},
        "Worker": function({"ROWS": {"Ref": "Rows"}, "KEY": {"Ref": "Key"}, "SECRET": {"Ref": "Secret"}}),
        "Role": role(LOG, *statements),
    }


def verdict(folder: Path, made: Document, *statements: Document, **key: Any) -> str:
    names = {"ROWS": "rows", "KEY": "k1", "SECRET": "its-secret"}
    return said(prove(folder, app(*statements, **key), made, variables=names))[0]


def when(operator: str, key: str, *values: str) -> Document:
    return {"Condition": {operator: {key: list(values)}}}


def read(operation: str, **parameters: Any) -> Document:
    return call("dynamodb", operation, **{"TableName": "rows", **parameters})


SOME = {"ProjectionExpression": "pk"}
QUERY = {"KeyConditionExpression": "pk = :a", "ExpressionAttributeValues": {":a": {"S": "a"}}}


@pytest.mark.parametrize("operator", ["StringEquals", "StringEqualsIfExists"])
@pytest.mark.parametrize(
    ("made", "selected"),
    [
        (read("Query", **QUERY), "ALL_ATTRIBUTES"),
        (read("Query", **QUERY, **SOME), "SPECIFIC_ATTRIBUTES"),
        (read("Query", **QUERY, **SOME, Select="SPECIFIC_ATTRIBUTES"), "SPECIFIC_ATTRIBUTES"),
        (read("Query", **QUERY, Select="COUNT"), "COUNT"),
        (read("Query", **QUERY, IndexName="by"), "ALL_PROJECTED_ATTRIBUTES"),
        (read("Scan"), "ALL_ATTRIBUTES"),
        (read("Scan", IndexName="by"), "ALL_PROJECTED_ATTRIBUTES"),
        (read("Scan", AttributesToGet=["pk"]), "SPECIFIC_ATTRIBUTES"),
        (read("GetItem", Key=KEY), "ALL_ATTRIBUTES"),
        (read("GetItem", Key=KEY, **SOME), "SPECIFIC_ATTRIBUTES"),
        (call("dynamodb", "BatchGetItem", RequestItems={"rows": {"Keys": [KEY]}}), "ALL_ATTRIBUTES"),
        (call("dynamodb", "BatchGetItem", RequestItems={"rows": {"Keys": [KEY], **SOME}}), "SPECIFIC_ATTRIBUTES"),
        (call("dynamodb", "TransactGetItems", TransactItems=[{"Get": {"TableName": "rows", "Key": KEY}}]), "ALL_ATTRIBUTES"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("wanted", ["ALL_ATTRIBUTES", "SPECIFIC_ATTRIBUTES"])
def test_what_is_selected_is_told_in_every_read(
    tmp_path: Path, operator: str, made: Document, selected: str, wanted: str
) -> None:
    action = (
        "dynamodb:GetItem" if made["operation"] == "TransactGetItems" else f"dynamodb:{made['operation']}"
    )
    tables = [get("Rows"), sub("${Rows.Arn}/index/by")]
    table = tables[1] if made["parameters"].get("IndexName") else tables[0]
    granted = allow(action, table, **when(operator, "dynamodb:Select", wanted))
    assert verdict(tmp_path, made, granted) == (PROVEN if wanted == selected else DENIED)


def test_a_write_selects_nothing(tmp_path: Path) -> None:
    granted = allow("dynamodb:PutItem", get("Rows"), **when("Null", "dynamodb:Select", "true"))
    assert verdict(tmp_path, read("PutItem", Item=KEY), granted) == PROVEN


@pytest.mark.parametrize(
    "condition",
    [
        when("ForAllValues:StringEquals", "dynamodb:LeadingKeys", "bob"),
        when("ForAllValues:StringEquals", "dynamodb:Attributes", "pk"),
        when("StringEqualsIfExists", "dynamodb:Select", "SPECIFIC_ATTRIBUTES"),
    ],
)
def test_which_items_a_statement_of_partiql_means_is_not_judged(tmp_path: Path, condition: Document) -> None:
    made = call("dynamodb", "ExecuteStatement", Statement="SELECT * FROM \"rows\" WHERE pk = 'ann'")
    assert verdict(tmp_path, made, allow("dynamodb:PartiQLSelect", get("Rows"), **condition)) == UNKNOWN


@pytest.mark.parametrize(
    "parameters",
    [
        {"AttributeUpdates": {"secret": {"Value": {"S": "x"}}}},
        {"UpdateExpression": "SET secret = :a"},
        {"UpdateExpression": "SET a = :a", "Expected": {"secret": {"Exists": False}}},
    ],
)
def test_parameters_of_old_name_attributes_too(tmp_path: Path, parameters: dict[str, Any]) -> None:
    only = when("ForAllValues:StringEquals", "dynamodb:Attributes", "pk", "a")
    granted = allow("dynamodb:UpdateItem", get("Rows"), **only)
    assert verdict(tmp_path, read("UpdateItem", Key=KEY, **parameters), granted) == DENIED


def test_a_condition_that_boto3_builds_is_not_read(tmp_path: Path) -> None:
    only = when("ForAllValues:StringEquals", "dynamodb:Attributes", "pk")
    made = read("Query", KeyConditionExpression="<Equals>")
    assert verdict(tmp_path, made, allow("dynamodb:Query", get("Rows"), **only)) == UNKNOWN


ALGORITHM = "kms:EncryptionAlgorithm"


@pytest.mark.parametrize(
    ("made", "action", "refused"),
    [
        (call("kms", "Encrypt", KeyId="k1"), "kms:Encrypt", when("StringEquals", ALGORITHM, "SYMMETRIC_DEFAULT")),
        (call("kms", "GenerateDataKey", KeyId="k1"), "kms:GenerateDataKey", when("StringLike", ALGORITHM, "*")),
        (call("kms", "Sign", KeyId="k1", SigningAlgorithm="ECDSA_SHA_256"), "kms:Sign", when("StringEquals", "kms:MessageType", "RAW")),
        (call("kms", "Encrypt", KeyId="k1", EncryptionAlgorithm="RSAES_OAEP_SHA_1"), "kms:Encrypt", when("StringEquals", ALGORITHM, "RSAES_OAEP_SHA_1")),
    ],
)  # fmt: skip
def test_what_kms_takes_where_the_call_does_not_say(
    tmp_path: Path, made: Document, action: str, refused: Document
) -> None:
    granted = allow(action, get("Key"))
    key = {"KeyUsage": "SIGN_VERIFY", "KeySpec": "ECC_NIST_P256"} if action == "kms:Sign" else {}
    assert verdict(tmp_path, made, granted, **key) == PROVEN
    assert verdict(tmp_path, made, granted, deny("kms:*", "*", **refused), **key) == DENIED


@pytest.mark.parametrize(
    ("parameters", "wanted"),
    [({}, UNKNOWN), ({"VersionId": "v"}, UNKNOWN), ({"VersionStage": "AWSCURRENT"}, PROVEN)],
)
def test_labels_of_a_secret_that_are_not_asked_for_are_not_judged(
    tmp_path: Path, parameters: dict[str, str], wanted: str
) -> None:
    made = call("secretsmanager", "GetSecretValue", SecretId="its-secret", **parameters)
    stage = when("ForAnyValue:StringEquals", "secretsmanager:VersionStage", "AWSCURRENT")
    assert (
        verdict(tmp_path, made, allow("secretsmanager:GetSecretValue", {"Ref": "Secret"}, **stage)) == wanted
    )

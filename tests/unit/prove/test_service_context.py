"""What a service asks with a role has the condition keys of where it asks, like every call.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
"""

from pathlib import Path
from typing import Any

import pytest

from tests.unit.prove.cases import LOG, function, get, prove, role, said
from tests.unit.prove.support import allow, call

POLLS = {"sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"}
MADE = call("s3", "GetObject", Bucket="inbox", Key="a")


def judged(folder: Path, operator: str, key: str, value: str) -> tuple[str, set[str], set[str]]:
    denies: dict[str, Any] = {"Effect": "Deny", "Action": "sqs:*", "Resource": "*"}
    denies["Condition"] = {operator: {key: value}}
    source = {"FunctionName": {"Ref": "Worker"}, "EventSourceArn": get("Queue")}
    granted = allow(sorted(POLLS), get("Queue")), allow("s3:GetObject", "arn:aws:s3:::inbox/*")
    resources = {
        "Worker": function(),
        "Queue": {"Type": "AWS::SQS::Queue"},
        "Source": {"Type": "AWS::Lambda::EventSourceMapping", "Properties": source},
        "Role": role(LOG, *granted, denies),
    }
    return said(prove(folder, resources, MADE))


@pytest.mark.parametrize(
    ("operator", "key", "value"),
    [
        ("StringNotEquals", "aws:RequestedRegion", "us-east-1"),
        ("StringNotEquals", "aws:ResourceAccount", "123456789012"),
        ("BoolIfExists", "aws:ViaAWSService", "true"),
        ("BoolIfExists", "aws:SecureTransport", "false"),
    ],
)
def test_a_denial_of_what_it_is_not_denies_nothing(
    tmp_path: Path, operator: str, key: str, value: str
) -> None:
    assert judged(tmp_path, operator, key, value) == ("proven", set(), set())


@pytest.mark.parametrize(
    ("operator", "key", "value"),
    [
        ("StringNotEquals", "aws:RequestedRegion", "eu-west-1"),
        ("StringNotEquals", "aws:ResourceAccount", "111122223333"),
        ("Bool", "aws:SecureTransport", "true"),
    ],
)
def test_a_denial_of_what_it_is_denies(tmp_path: Path, operator: str, key: str, value: str) -> None:
    assert judged(tmp_path, operator, key, value)[:2] == ("not proven", POLLS)

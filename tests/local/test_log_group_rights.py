"""What CloudFormation calls a log group is good in a policy."""

import json
from typing import Any

import pytest

from tests.local.functions import make_function
from wellmade.local.server import LocalCloud

pytestmark = pytest.mark.local

CODE = """
import boto3

def handler(event, context):
    logs = boto3.client("logs")
    logs.create_log_stream(logGroupName=event["group"], logStreamName="written")
    logs.put_log_events(
        logGroupName=event["group"], logStreamName="written", logEvents=[{"timestamp": event["at"], "message": "hello"}]
    )
    return [each["message"] for each in logs.filter_log_events(logGroupName=event["group"])["events"]]
"""


def test_a_grant_on_the_arn_of_a_log_group_is_one(cloud: LocalCloud) -> None:
    logs, iam, name = cloud.client("logs"), cloud.client("iam"), "writes-elsewhere"
    for group in ("granted", "granted-not"):
        logs.create_log_group(logGroupName=group)
    arn = logs.describe_log_groups(logGroupNamePrefix="granted")["logGroups"][0]["arn"]
    assert arn.endswith(":granted:*")
    client = make_function(cloud, name, CODE, Timeout=20)
    actions = ["logs:CreateLogStream", "logs:PutLogEvents", "logs:FilterLogEvents"]
    statement = {"Effect": "Allow", "Action": actions, "Resource": arn}
    iam.put_role_policy(
        RoleName=name, PolicyName="own", PolicyDocument=json.dumps({"Statement": [statement]})
    )

    def ask(group: str) -> dict[str, Any]:
        at = 1796000000000
        return dict(client.invoke(FunctionName=name, Payload=json.dumps({"group": group, "at": at})))

    assert json.load(ask("granted")["Payload"]) == ["hello"]
    assert ask("granted-not")["FunctionError"] == "Unhandled"

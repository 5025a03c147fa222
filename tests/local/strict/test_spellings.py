"""CloudFormation refuses the names and schedules that the services refuse."""

import json
import time
from collections.abc import Mapping, Sequence

import pytest

from wellmade.local.server import LocalCloud

pytestmark = pytest.mark.local

Cases = Mapping[str, Sequence[Mapping[str, object]]]

REFUSED: Cases = {
    "AWS::S3::Bucket": [{"BucketName": "My-Files"}, {"BucketName": "10.0.0.1"}],
    "AWS::SQS::Queue": [{"QueueName": "my orders"}],
    "AWS::SNS::Topic": [{"TopicName": "my orders"}],
    "AWS::Logs::LogGroup": [{"LogGroupName": "my logs"}],
    "AWS::SSM::Parameter": [{"Name": "a b", "Type": "String", "Value": "x"}],
    "AWS::Events::Rule": [
        {"ScheduleExpression": "rate(1 minutes)"},
        {"ScheduleExpression": "rate(5 minute)"},
        {"ScheduleExpression": "cron(0 8 * * * *)"},
        {"Name": "x" * 65, "ScheduleExpression": "rate(1 day)"},
    ],
}
TAKEN: Cases = {
    "AWS::S3::Bucket": [{"BucketName": "my.files-1"}],
    "AWS::SQS::Queue": [{"QueueName": "my-orders.fifo", "FifoQueue": True}],
    "AWS::Logs::LogGroup": [{"LogGroupName": "/my/logs#1"}],
    "AWS::Events::Rule": [
        {"ScheduleExpression": "rate(1 hour)"},
        {"ScheduleExpression": "rate(10 minutes)"},
        {"ScheduleExpression": "cron(0/5 8-17 ? * MON-FRI *)"},
        {"ScheduleExpression": "cron(0 8 1 * ? *)"},
    ],
}


def ended(cloud: LocalCloud, name: str, kind: str, properties: Mapping[str, object]) -> tuple[str, str]:
    """Deploy one resource and return the status of its stack and the reason."""
    formation = cloud.client("cloudformation")
    template = json.dumps({"Resources": {"It": {"Type": kind, "Properties": properties}}})
    formation.create_stack(StackName=name, TemplateBody=template)
    while (stack := formation.describe_stacks(StackName=name)["Stacks"][0])["StackStatus"].endswith(
        "PROGRESS"
    ):
        time.sleep(0.1)
    events = formation.describe_stack_events(StackName=name)["StackEvents"]
    reasons = " ".join(event.get("ResourceStatusReason", "") for event in events)
    formation.delete_stack(StackName=name)
    return stack["StackStatus"], reasons


def test_what_a_service_refuses(cloud: LocalCloud) -> None:
    for kind, cases in REFUSED.items():
        for number, properties in enumerate(cases):
            status, reasons = ended(cloud, f"refused-{kind.split('::')[1]}-{number}", kind, properties)
            assert status in ("ROLLBACK_COMPLETE", "CREATE_FAILED"), (kind, properties)
            assert "must be" in reasons


def test_what_a_service_takes(cloud: LocalCloud) -> None:
    for kind, cases in TAKEN.items():
        for number, properties in enumerate(cases):
            name = f"taken-{kind.split('::')[1]}-{number}"
            assert ended(cloud, name, kind, properties)[0] == "CREATE_COMPLETE", properties

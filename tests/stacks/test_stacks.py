"""What each stack holds, and what must never change about it."""

import json
from typing import Any

import pytest

from tests.stacks.conftest import ROOT
from tests.templates import STATEFUL, WITHOUT_ALARMS, statements

pytestmark = pytest.mark.scan

TAGGED = STATEFUL - {"AWS::Events::Archive"} | {"AWS::Lambda::Function", "AWS::IAM::Role"}
WITHOUT_RESOURCES = {
    "codedeploy:PutLifecycleEventHookExecutionStatus",
    "config:ListDiscoveredResources",
    "ecs:DiscoverPollEndpoint",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSecurityGroups",
    "ec2:DescribeSubnets",
    "ecr:GetAuthorizationToken",
    "logs:CreateLogDelivery",
    "logs:DeleteLogDelivery",
    "logs:DescribeLogGroups",
    "logs:DescribeResourcePolicies",
    "logs:GetLogDelivery",
    "logs:ListLogDeliveries",
    "logs:PutResourcePolicy",
    "logs:UpdateLogDelivery",
    "s3:GetAccountPublicAccessBlock",
    "s3:PutAccountPublicAccessBlock",
    "secretsmanager:GetRandomPassword",
    "states:SendTaskFailure",
    "states:SendTaskHeartbeat",
    "states:SendTaskSuccess",
    "xray:PutTelemetryRecords",
    "xray:PutTraceSegments",
}
"""Actions that IAM knows no resource for; each is granted with that reason."""
PINNED = ROOT / "tests" / "stacks" / "stateful_ids.json"
Templates = dict[str, dict[str, Any]]


def test_ids_of_what_holds_data_are_pinned(templates: Templates, pytestconfig: pytest.Config) -> None:
    """A changed id deletes a stranger's data: change the file only with a migration in the change log."""
    found = {
        stack: sorted(name for name, r in template["Resources"].items() if r["Type"] in STATEFUL)
        for stack, template in templates.items()
    }
    if pytestconfig.getoption("--update-snapshots"):
        PINNED.write_text(json.dumps(found, indent=2) + "\n")
    assert found == json.loads(PINNED.read_text())


def test_what_holds_data_is_retained_in_production(templates: Templates) -> None:
    kept = {
        (stack, name): resource.get("DeletionPolicy")
        for stack, template in templates.items()
        for name, resource in template["Resources"].items()
        if resource["Type"] in {"AWS::DynamoDB::GlobalTable", "AWS::DynamoDB::Table", "AWS::S3::Bucket"}
    }
    assert set(kept.values()) == {"Retain"}


def test_starting_a_program_takes_its_image_its_log_and_no_more(templates: Templates) -> None:
    roles = {
        name: r["Properties"]["Policies"][0]["PolicyDocument"]["Statement"]
        for name, r in templates["web-service"]["Resources"].items()
        if r["Type"] == "AWS::IAM::Role" and "ExecutionRole" in name
    }
    assert len(roles) == 2
    for granted in roles.values():
        services = {
            action.split(":")[0]
            for s in granted
            for action in ([s["Action"]] if isinstance(s["Action"], str) else s["Action"])
        }
        assert services == {"ecr", "logs"}


def test_photographs_are_decoded_with_a_whole_processor_and_room_for_the_largest(
    templates: Templates,
) -> None:
    resources = templates["thumbnails"]["Resources"].values()
    [function] = [r["Properties"] for r in resources if r["Type"] == "AWS::Lambda::Function"]
    assert (function["Handler"], function["MemorySize"]) == ("thumbnailer.handler.handler", 1769)


def test_every_file_under_the_prefix_is_looked_at_whatever_its_name(templates: Templates) -> None:
    [inbox] = [
        r["Properties"]["NotificationConfiguration"]
        for r in templates["thumbnails"]["Resources"].values()
        if "NotificationConfiguration" in r.get("Properties", {})
    ]
    rules = [each["Filter"]["S3Key"]["Rules"] for each in inbox["QueueConfigurations"]]
    assert rules == [[{"Name": "prefix", "Value": "incoming/"}]]


def test_nothing_is_behind_the_template(templates: Templates) -> None:
    for template in templates.values():
        kinds = {resource["Type"] for resource in template["Resources"].values()} - {
            "Custom::SchemaMigration"
        }
        assert not [kind for kind in kinds if kind.startswith(("Custom::", "AWS::CloudFormation::Custom"))]


def test_everything_that_takes_tags_has_an_owner(templates: Templates) -> None:
    for stack, template in templates.items():
        for name, resource in template["Resources"].items():
            properties = resource.get("Properties", {})
            given = next(
                (each["Tags"] for each in properties.get("Replicas", ())), properties.get("Tags", [])
            )
            tags = given if isinstance(given, dict) else {tag["Key"]: tag["Value"] for tag in given}
            if tags or resource["Type"] in TAGGED:
                assert {"team", "environment", "service", "cost-center"} <= set(tags), name
                assert tags["service"] == stack


def test_every_alarm_acts(templates: Templates) -> None:
    for stack, template in templates.items():
        alarms = [
            r["Properties"] for r in template["Resources"].values() if r["Type"] == "AWS::CloudWatch::Alarm"
        ]
        resources = template["Resources"].items()
        topics = {name for name, r in resources if r["Type"] == "AWS::SNS::Topic" and "AlarmTopic" in name}
        assert alarms or stack in WITHOUT_ALARMS
        policies = {
            name
            for name, r in template["Resources"].items()
            if r["Type"].endswith("AutoScaling::ScalingPolicy")
        }
        for alarm in alarms:
            actions = {action["Ref"] for action in alarm["AlarmActions"]}
            assert actions == topics or (actions and actions <= policies)
            assert alarm.get("Dimensions") or alarm["Metrics"]


def test_wildcards_stand_for_keys_under_a_prefix_or_have_a_reason(templates: Templates) -> None:
    for template in templates.values():
        for statement in statements(template):
            assert "*" not in json.dumps(statement["Action"])
            resources = statement["Resource"]
            if "*" in (resources if isinstance(resources, list) else [resources]):
                actions = statement["Action"]
                assert ({actions} if isinstance(actions, str) else set(actions)) <= WITHOUT_RESOURCES


@pytest.mark.parametrize("section", ["Outputs", "Parameters"])
def test_no_secret_travels_in(templates: Templates, section: str) -> None:
    for template in templates.values():
        assert not [name for name in template.get(section, {}) if "secret" in name.lower()]

"""What each stack holds, and what must never change about it."""

import json
from typing import Any

import pytest

from tests.stacks.conftest import ROOT

STATEFUL = {"AWS::DynamoDB::Table", "AWS::KMS::Key", "AWS::S3::Bucket", "AWS::SQS::Queue"}
PINNED = ROOT / "tests" / "stacks" / "stateful_ids.json"
Templates = dict[str, dict[str, Any]]


def test_ids_of_what_holds_data_are_pinned(templates: Templates) -> None:
    """A changed id deletes a stranger's data: change the file only with a migration in the change log."""
    found = {
        stack: sorted(name for name, r in template["Resources"].items() if r["Type"] in STATEFUL)
        for stack, template in templates.items()
    }
    assert found == json.loads(PINNED.read_text())


def test_what_holds_data_is_retained_in_production(templates: Templates) -> None:
    kept = {
        (stack, name): resource.get("DeletionPolicy")
        for stack, template in templates.items()
        for name, resource in template["Resources"].items()
        if resource["Type"] in {"AWS::DynamoDB::Table", "AWS::S3::Bucket"}
    }
    assert set(kept.values()) == {"Retain"}


def test_nothing_is_behind_the_template(templates: Templates) -> None:
    for template in templates.values():
        kinds = {resource["Type"] for resource in template["Resources"].values()}
        assert not [kind for kind in kinds if kind.startswith(("Custom::", "AWS::CloudFormation::Custom"))]


def test_everything_that_takes_tags_has_an_owner(templates: Templates) -> None:
    for stack, template in templates.items():
        for name, resource in template["Resources"].items():
            tags = {tag["Key"]: tag["Value"] for tag in resource.get("Properties", {}).get("Tags", [])}
            if tags or resource["Type"] in STATEFUL | {"AWS::Lambda::Function", "AWS::IAM::Role"}:
                assert {"team", "environment", "service", "cost-center"} <= set(tags), name
                assert tags["service"] == stack


def test_every_alarm_acts(templates: Templates) -> None:
    for template in templates.values():
        alarms = [
            r["Properties"] for r in template["Resources"].values() if r["Type"] == "AWS::CloudWatch::Alarm"
        ]
        topics = {name for name, r in template["Resources"].items() if r["Type"] == "AWS::SNS::Topic"}
        assert alarms
        for alarm in alarms:
            assert {action["Ref"] for action in alarm["AlarmActions"]} == topics
            assert alarm["Dimensions"]


def test_wildcards_stand_for_keys_under_a_prefix_or_have_a_reason(templates: Templates) -> None:
    for template in templates.values():
        roles = [r["Properties"] for r in template["Resources"].values() if r["Type"] == "AWS::IAM::Role"]
        for statement in (
            s for role in roles for p in role["Policies"] for s in p["PolicyDocument"]["Statement"]
        ):
            assert "*" not in json.dumps(statement["Action"])
            if statement["Resource"] == "*":
                assert set(statement["Action"]) == {"xray:PutTraceSegments", "xray:PutTelemetryRecords"}


@pytest.mark.parametrize("section", ["Outputs", "Parameters"])
def test_no_secret_travels_in(templates: Templates, section: str) -> None:
    for template in templates.values():
        assert not [name for name in template.get(section, {}) if "secret" in name.lower()]

"""What one change fixes is one finding with its places."""

import json
from pathlib import Path

import pytest

from tests.unit.check.conftest import Run
from wellmade.check.baseline import new
from wellmade.check.formats import FORMATS
from wellmade.check.grouping import every, told_with
from wellmade.check.registry import all_rules
from wellmade.check.rule import Finding
from wellmade.check.run import check
from wellmade.graph import load

ALARM = """
  Alarm{n}:
    Type: AWS::CloudWatch::Alarm
    Properties: {{Namespace: Shop, MetricName: m{n}, Statistic: Sum, Period: 60, EvaluationPeriods: 1, Threshold: 1,
      ComparisonOperator: GreaterThanThreshold, AlarmActions: [!Ref Told]}}"""
KEY = """
Resources:
  Key:
    Type: AWS::KMS::Key
    Properties:
      KeyPolicy: {Statement: [{Effect: Allow, Principal: {AWS: !Sub "arn:aws:iam::${AWS::AccountId}:root"}, Action: kms:*, Resource: "*"}]}
  Told: {Type: AWS::SNS::Topic, Properties: {KmsMasterKeyId: !Ref Key}}"""
MAPPING = """
Resources:
  Worker: {Type: AWS::Lambda::Function, Properties: {Timeout: 9}}
  Source:
    Type: AWS::Lambda::EventSourceMapping
    Properties: {FunctionName: !Ref Worker, EventSourceArn: "arn:aws:kinesis:eu-west-1:111122223333:stream/x"}"""


@pytest.fixture
def five_alarms(tmp_path: Path) -> list[Finding]:
    file = tmp_path / "alarms.yaml"
    file.write_text(KEY + "".join(ALARM.format(n=n) for n in range(5)))
    return [each for each in check(load([file])) if each.rule == "kms-breaks-delivery"]


def test_a_key_that_five_alarms_may_not_use_is_one_finding(five_alarms: list[Finding]) -> None:
    (found,) = five_alarms
    assert len(list(every([found]))) == 5
    (line,) = told_with(found)
    assert line.startswith("also at Told Properties.KmsMasterKeyId")


def test_two_rules_on_one_mapping_are_one_finding(tmp_path: Path) -> None:
    file = tmp_path / "stream.yaml"
    file.write_text(MAPPING)
    found = [each for each in check(load([file])) if each.rule.startswith("stream-")]
    assert [each.rule for each in found] == ["stream-failure-destination"]
    assert [each.rule for each in found[0].more] == ["stream-endless-retries"]
    assert all_rules()["stream-endless-retries"].fix in told_with(found[0])[0]


def test_a_rule_is_told_by_itself_where_the_other_one_is_silent(tmp_path: Path) -> None:
    file = tmp_path / "stream.yaml"
    kept = ", DestinationConfig: {OnFailure: {Destination: 'arn:aws:sqs:eu-west-1:111122223333:q'}}}"
    file.write_text(MAPPING.removesuffix("}") + kept)
    assert "stream-endless-retries" in {each.rule for each in check(load([file]))}


def test_like_faults_of_different_places_stay_apart(tmp_path: Path) -> None:
    file = tmp_path / "queues.yaml"
    queues = "\n".join(
        f"  Q{n}: {{Type: AWS::SQS::Queue, Properties: {{RedrivePolicy: {{deadLetterTargetArn: !GetAtt D.Arn, "
        f"maxReceiveCount: 3}}, MessageRetentionPeriod: 1209600}}}}"
        for n in range(2)
    )
    dead = "  D: {Type: AWS::SQS::Queue, Properties: {MessageRetentionPeriod: 60}}"
    file.write_text(f"Resources:\n{queues}\n{dead}\n")
    found = check(load([file]), [all_rules()["dead-letter-retention"]])
    assert all(each.more == () for each in found)


def test_machines_are_told_every_place(five_alarms: list[Finding]) -> None:
    (found,) = json.loads(FORMATS["json"](five_alarms))["findings"]
    assert len(found["more"]) == 4
    (result,) = json.loads(FORMATS["sarif"](five_alarms))["runs"][0]["results"]
    assert len(result["relatedLocations"]) == 4


def test_a_baseline_leaves_the_places_that_are_new(five_alarms: list[Finding]) -> None:
    (found,) = five_alarms
    assert new(five_alarms, {(found.rule, "alarms.yaml", "Told")}) == []


def test_people_read_the_other_places(wellmade: Run, tmp_path: Path) -> None:
    (tmp_path / "alarms.yaml").write_text(KEY + "".join(ALARM.format(n=n) for n in range(3)))
    said = wellmade("check", "alarms.yaml").stdout
    assert said.count("error kms-breaks-delivery") == 1
    assert "also at Told" in said

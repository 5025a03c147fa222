"""Redrive policies and what allows them, behind conditions, as text and through nested stacks."""

from pathlib import Path

import pytest

from tests.unit.check.snippets import FAILED, QUEUE, findings
from wellmade.check.registry import rule_of
from wellmade.check.run import check
from wellmade.graph import load

TO_FAILED = "RedrivePolicy: {deadLetterTargetArn: !GetAtt Failed.Arn, maxReceiveCount: 3}"
OTHER = "\n  Other: {Type: AWS::SQS::Queue}"
ALLOWS = "RedriveAllowPolicy: %s"
BY = "{redrivePermission: byQueue, sourceQueueArns: [!GetAtt %s.Arn]}"
REFUSED = "Failed allows Other only, but Orders names this queue as its dead-letter queue"
COUNTS = "has maxReceiveCount, which subscriptions do not take"
SUBSCRIPTION = """
  Told:
    Type: AWS::SNS::Subscription
    Properties: {TopicArn: topic, Protocol: sqs, Endpoint: queue, RedrivePolicy: %s}"""
CHILD = """
Parameters: {QueueArn: {Type: String}}
Resources:
  Worker: {Type: AWS::Lambda::Function, Properties: {Role: !GetAtt Role.Arn}}
  Role:
    Type: AWS::IAM::Role
    Properties:
      Policies: [{PolicyDocument: {Statement: [{Effect: Allow, Action: 'sqs:SendMessage', Resource: !Ref QueueArn}]}}]
  Source:
    Type: AWS::Lambda::EventSourceMapping
    Properties: {FunctionName: !Ref Worker, EventSourceArn: !Ref QueueArn}
"""
STORE = """
Resources: {Orders: {Type: AWS::SQS::Queue}}
Outputs: {Arn: {Value: !GetAtt Orders.Arn}}
"""
NESTED = """
  %s: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: %s%s}}"""


@pytest.mark.parametrize(
    ("policy", "found"),
    [
        (BY % "Orders", []),
        (BY % "Other", [REFUSED]),
        (f"!If [Large, {BY % 'Other'}, {BY % 'Orders'}]", []),
        (f"!If [Large, {BY % 'Other'}, !Ref AWS::NoValue]", []),
        (f"!If [Large, {BY % 'Other'}, {{redrivePermission: denyAll}}]", [REFUSED]),
        (f"!If [Large, {BY % 'Other'}, !ImportValue policy]", []),
    ],
)
def test_a_policy_behind_a_condition_refuses_in_every_branch(
    tmp_path: Path, policy: str, found: list[str]
) -> None:
    resources = QUEUE % TO_FAILED + OTHER + FAILED % (ALLOWS % policy)
    assert findings(tmp_path, "redrive-allow", resources) == found


@pytest.mark.parametrize(
    ("policy", "found"),
    [
        ("'{deadLetterTargetArn: x'", "is text that is no JSON object"),
        ("[a]", "is a list, must be a JSON object"),
        ("{maxReceiveCount: 3}", "has maxReceiveCount, must name deadLetterTargetArn"),
        ("{deadLetterTargetArn: !GetAtt Failed.Arn}", "has deadLetterTargetArn, must name maxReceiveCount"),
        ("{deadLetterTargetArn: !ImportValue a, maxReceiveCount: !ImportValue b}", ""),
        ("!If [Large, {maxReceiveCount: 3}, !Ref AWS::NoValue]", ""),
        ("!ImportValue policy", ""),
        ('!Sub \'{"deadLetterTargetArn": "${Failed.Arn}", "maxReceiveCount": 3}\'', ""),
    ],
)
def test_the_policy_of_a_queue_that_nothing_polls_is_read(tmp_path: Path, policy: str, found: str) -> None:
    told = findings(tmp_path, "redrive-policy", QUEUE % f"RedrivePolicy: {policy}" + FAILED % "")
    assert told == ([f"Orders {found}"] if found else [])


@pytest.mark.parametrize(
    ("policy", "found"),
    [
        ("{deadLetterTargetArn: !GetAtt Failed.Arn}", ""),
        ("{deadLetterTargetArn: !GetAtt Failed.Arn, maxReceiveCount: 3}", COUNTS),
        ("{deadLetterTargetArn: !GetAtt Failed.Arn, maxReceiveCount: !ImportValue b}", COUNTS),
        ("{deadLetterTargetArn: !ImportValue a, maxReceiveCount: !If [Large, 3, !Ref AWS::NoValue]}", ""),
        ("{maxReceiveCount: 3}", "has maxReceiveCount, must name deadLetterTargetArn"),
    ],
)
def test_a_subscription_takes_a_queue_and_no_count(tmp_path: Path, policy: str, found: str) -> None:
    told = findings(tmp_path, "redrive-policy", SUBSCRIPTION % policy + FAILED % "")
    assert told == ([f"Told {found}"] if found else [])


@pytest.mark.parametrize(
    "parent",
    [
        QUEUE % "" + NESTED % ("Child", "child.yaml", ", Parameters: {QueueArn: !GetAtt Orders.Arn}"),
        NESTED % ("Store", "store.yaml", "")
        + NESTED % ("Child", "child.yaml", ", Parameters: {QueueArn: !GetAtt Store.Outputs.Arn}"),
    ],
    ids=["parameter", "output"],
)
def test_a_loop_is_found_through_nested_stacks(tmp_path: Path, parent: str) -> None:
    (tmp_path / "child.yaml").write_text(CHILD)
    (tmp_path / "store.yaml").write_text(STORE)
    file = tmp_path / "parent.yaml"
    file.write_text(f"Resources:{parent}\n")
    found = check(load([file]), [rule_of("event-loop")])
    assert [each.resource for each in found] == ["Source"]
    assert "Orders -> Worker -> Orders" in found[0].message

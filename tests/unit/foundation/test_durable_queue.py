import re
from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_sqs as sqs

from wellmade.foundation import DurableQueue
from wellmade.testing import synthesize

MINUTE = cdk.Duration.minutes(1)


@pytest.fixture(scope="module")
def template() -> dict[str, Any]:
    return synthesize(lambda stack: DurableQueue(stack, "Jobs", visibility_timeout=MINUTE))


def queues(template: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the source and the dead-letter queue."""
    found = [r["Properties"] for r in template["Resources"].values() if r["Type"] == "AWS::SQS::Queue"]
    [source] = [queue for queue in found if "RedrivePolicy" in queue]
    [dead_letters] = [queue for queue in found if "RedrivePolicy" not in queue]
    return source, dead_letters


def test_sets_aside_after_three_deliveries_and_keeps_longer(template: dict[str, Any]) -> None:
    source, dead_letters = queues(template)
    assert source["RedrivePolicy"]["maxReceiveCount"] == 3
    assert dead_letters["MessageRetentionPeriod"] == 14 * 24 * 3600
    assert source["MessageRetentionPeriod"] < dead_letters["MessageRetentionPeriod"]
    assert source["SqsManagedSseEnabled"] is dead_letters["SqsManagedSseEnabled"] is True


def test_dead_letter_queue_takes_from_this_queue_only(template: dict[str, Any]) -> None:
    source, dead_letters = queues(template)
    allowed = dead_letters["RedriveAllowPolicy"]
    assert allowed["redrivePermission"] == "byQueue"
    [arn] = allowed["sourceQueueArns"]
    *start, stack_uuid = source["QueueName"]["Fn::Join"][1]
    assert arn["Fn::Join"][1][-1] == stack_uuid
    assert arn["Fn::Join"][1][-2].endswith(":" + start[0])


def test_both_refuse_plain_http(template: dict[str, Any]) -> None:
    policies = [
        r["Properties"] for r in template["Resources"].values() if r["Type"] == "AWS::SQS::QueuePolicy"
    ]
    denied = [p["PolicyDocument"]["Statement"][0] for p in policies]
    assert len(denied) == 2
    assert {(s["Effect"], s["Condition"]["Bool"]["aws:SecureTransport"]) for s in denied} == {
        ("Deny", "false")
    }


def test_alarms_on_the_first_message_set_aside_and_on_age(template: dict[str, Any]) -> None:
    alarms = {
        r["Properties"]["MetricName"]: r["Properties"]
        for r in template["Resources"].values()
        if r["Type"] == "AWS::CloudWatch::Alarm"
    }
    assert alarms["ApproximateNumberOfMessagesVisible"]["Threshold"] == 0
    assert alarms["ApproximateAgeOfOldestMessage"]["Threshold"] == 300
    assert all(len(alarm["AlarmActions"]) == 1 for alarm in alarms.values())


def test_looks_like(template: dict[str, Any], snapshot: Callable[..., None]) -> None:
    snapshot(template, "durable_queue")


def test_grants_sending_and_nothing_else(stack: cdk.Stack, synth: Callable[[], dict[str, Any]]) -> None:
    queue = DurableQueue(stack, "Jobs", visibility_timeout=MINUTE)
    queue.grant_send(cdk.aws_iam.Role(stack, "Role", assumed_by=cdk.aws_iam.AccountRootPrincipal()))
    [policy] = [r["Properties"] for r in synth()["Resources"].values() if r["Type"] == "AWS::IAM::Policy"]
    [statement] = policy["PolicyDocument"]["Statement"]
    assert statement["Action"] == "sqs:SendMessage"
    [source] = [
        name for name in synth()["Resources"] if name.startswith("JobsQueue") and "Policy" not in name
    ]
    assert statement["Resource"] == {"Fn::GetAtt": [source, "Arn"]}


def dead_letters(stack: cdk.Stack, **options: Any) -> sqs.Queue:
    return sqs.Queue(stack, "Mine", **options)


@pytest.mark.parametrize(
    ("queue", "options", "message"),
    [
        (
            {"retention_period": cdk.Duration.days(4)},
            {},
            "dead_letter_queue must be kept longer than the source's 345600 s, got 345600 s; "
            "set its retention_period to 14 days",
        ),
        (
            {},
            {},
            "dead_letter_queue must be kept longer than the source's 345600 s, got 345600 s; "
            "set its retention_period to 14 days",
        ),
        (
            {"fifo": True, "retention_period": cdk.Duration.days(14)},
            {},
            "dead_letter_queue must be a standard queue, got a FIFO queue; SQS moves messages only to a queue of the same kind",
        ),
        (
            {"retention_period": cdk.Duration.days(14)},
            {"fifo": True},
            "dead_letter_queue must be a FIFO queue, got a standard queue; SQS moves messages only to a queue of the same kind",
        ),
    ],
)
def test_refuses_an_unfit_dead_letter_queue(
    stack: cdk.Stack, queue: dict[str, Any], options: dict[str, Any], message: str
) -> None:
    mine = dead_letters(stack, **queue)
    with pytest.raises(ValueError, match=f"^{re.escape('Test/Jobs: ' + message)}$"):
        DurableQueue(stack, "Jobs", visibility_timeout=MINUTE, dead_letter_queue=mine, **options)


def test_refuses_no_deliveries(stack: cdk.Stack) -> None:
    message = "^Test/Jobs: max_receives must be between 1 and 1000, got 0; 3 suits most work$"
    with pytest.raises(ValueError, match=message):
        DurableQueue(stack, "Jobs", visibility_timeout=MINUTE, max_receives=0)


def test_takes_an_imported_dead_letter_queue(stack: cdk.Stack, synth: Callable[[], dict[str, Any]]) -> None:
    arn = "arn:aws:sqs:eu-west-1:111122223333:shared-dead-letters"
    mine = sqs.Queue.from_queue_arn(stack, "Mine", arn)
    DurableQueue(stack, "Jobs", visibility_timeout=MINUTE, dead_letter_queue=mine)
    [source] = [r["Properties"] for r in synth()["Resources"].values() if r["Type"] == "AWS::SQS::Queue"]
    assert source["RedrivePolicy"]["deadLetterTargetArn"] == arn

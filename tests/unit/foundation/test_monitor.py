"""One dashboard and one composite alarm, within what CloudWatch takes."""

import json
import re
from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_ssm as ssm

from tests.templates import ids_of, the
from wellmade.foundation import DurableQueue, RefusedError, monitor

Synth = Callable[[], dict[str, Any]]


def test_shows_the_alarms_first_and_a_row_for_each_construct(stack: cdk.Stack, synth: Synth) -> None:
    monitor(stack, DurableQueue(stack, "Orders"), sqs.Queue(stack, "Theirs"))
    body = the(synth(), "AWS::CloudWatch::Dashboard")["DashboardBody"]
    text = "".join(part if isinstance(part, str) else "?" for part in body["Fn::Join"][1])
    titles = [widget["properties"]["title"] for widget in json.loads(text)["widgets"]]
    assert titles == [
        "Alarms",
        "Orders: messages",
        "Orders: oldest message",
        "Theirs: messages",
        "Theirs: oldest message",
    ]


def test_one_alarm_fires_with_any_of_them(stack: cdk.Stack, synth: Synth) -> None:
    monitor(stack, DurableQueue(stack, "Orders"), DurableQueue(stack, "Refunds"))
    template = synth()
    rule = json.dumps(the(template, "AWS::CloudWatch::CompositeAlarm")["AlarmRule"])
    assert all(name in rule for name in ids_of(template, "AWS::CloudWatch::Alarm"))
    assert rule.count(" OR ") == 3


def test_has_no_composite_alarm_without_alarms(stack: cdk.Stack, synth: Synth) -> None:
    assert monitor(stack, sqs.Queue(stack, "Theirs")).composite_alarm is None
    assert not ids_of(synth(), "AWS::CloudWatch::CompositeAlarm")


def test_refuses_more_alarms_than_a_composite_alarm_names(stack: cdk.Stack) -> None:
    queues = [DurableQueue(stack, f"Q{number}") for number in range(51)]
    message = (
        "Test/Monitor: constructs must be with at most 100 alarms in all, got 102; "
        "call monitor once for each group of them, with an id of its own"
    )
    with pytest.raises(RefusedError, match=f"^{re.escape(message)}$"):
        monitor(stack, *queues)


def test_refuses_a_rule_that_is_longer_than_cloudwatch_takes(stack: cdk.Stack) -> None:
    queues = [DurableQueue(stack, f"QueueOfOrdersThatAreToBeShipped{number}") for number in range(50)]
    with pytest.raises(
        RefusedError, match=r"at most 10,240 characters, got 100 alarms, 1\d,\d{3}; call monitor"
    ):
        monitor(stack, *queues)


def test_refuses_what_nothing_is_known_of(stack: cdk.Stack) -> None:
    message = (
        "Test/Monitor: constructs must be something to monitor, got StringParameter; "
        "pass a pattern or block of wellmade, a function, a queue or a table"
    )
    with pytest.raises(RefusedError, match=f"^{re.escape(message)}$"):
        monitor(stack, ssm.StringParameter(stack, "Limit", string_value="10"))

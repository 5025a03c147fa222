"""One dashboard and one composite alarm, within what CloudWatch takes."""

import json
import re
from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_ssm as ssm
from constructs import Construct

from tests.templates import ids_of, of_type, the
from wellmade.foundation import DurableQueue, OnDemandTable, RefusedError, monitor

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


def rules(template: dict[str, Any]) -> dict[str, str]:
    """Return the rule of each composite alarm as text, by logical id."""
    return {
        name: json.dumps(template["Resources"][name]["Properties"]["AlarmRule"])
        for name in ids_of(template, "AWS::CloudWatch::CompositeAlarm")
    }


@pytest.mark.parametrize(
    ("name", "count"),
    [pytest.param("Q", 51, id="alarms"), pytest.param("QueueOfOrdersToBeShipped", 50, id="characters")],
)
def test_one_alarm_stands_over_parts_where_a_rule_cannot_name_all(
    stack: cdk.Stack, synth: Synth, name: str, count: int
) -> None:
    found = monitor(stack, *(DurableQueue(stack, f"{name}{number}") for number in range(count)))
    template = synth()
    assert found.composite_alarm is not None
    by_id = rules(template)
    top = by_id.pop(stack.resolve(found.composite_alarm.alarm_arn)["Fn::GetAtt"][0])
    assert len(by_id) == 2
    assert all(part in top for part in by_id)
    alarms = ids_of(template, "AWS::CloudWatch::Alarm")
    assert all(sum(f'"{alarm}"' in rule for rule in by_id.values()) == 1 for alarm in alarms)
    assert max(rule.count("ALARM(") for rule in by_id.values()) <= 100


def test_only_the_alarm_over_all_tells_people(stack: cdk.Stack, synth: Synth) -> None:
    monitor(stack, *(DurableQueue(stack, f"Q{number}") for number in range(51)))
    composites = of_type(synth(), "AWS::CloudWatch::CompositeAlarm")
    assert sorted(len(each.get("AlarmActions", [])) for each in composites) == [0, 0, 1]


def test_refuses_what_nothing_is_known_of(stack: cdk.Stack) -> None:
    message = (
        "Test/Monitor: constructs must be something to monitor, got StringParameter; "
        "pass a pattern or block of wellmade, a function, a queue, a table, or what watch() defines"
    )
    with pytest.raises(RefusedError, match=f"^{re.escape(message)}$"):
        monitor(stack, ssm.StringParameter(stack, "Limit", string_value="10"))


def test_stands_over_alarms_of_the_stack_that_nobody_passed(stack: cdk.Stack, synth: Synth) -> None:
    OnDemandTable(stack, "Carts", partition_key="pk")
    monitor(stack, DurableQueue(stack, "Orders"))
    template = synth()
    [rule] = rules(template).values()
    assert all(name in rule for name in ids_of(template, "AWS::CloudWatch::Alarm"))
    assert "CartsReadThrottles" in rule


def test_leaves_out_what_lies_beside_its_scope(stack: cdk.Stack, synth: Synth) -> None:
    part = Construct(stack, "Part")
    OnDemandTable(stack, "Parts", partition_key="pk")
    monitor(part, DurableQueue(part, "Orders"))
    [rule] = rules(synth()).values()
    assert "PartOrdersDeadLetters" in rule
    assert "PartsReadThrottles" not in rule

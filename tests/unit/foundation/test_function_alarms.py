"""Which alarms a function gets, and over which line."""

from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_

from tests.templates import of_type
from wellmade.foundation import DurableQueue, PythonFunction
from wellmade.messaging import EventBus, QueueWorker

Synth = Callable[[], dict[str, Any]]
FAILURES = "DestinationDeliveryFailures"


def lines(template: dict[str, Any]) -> dict[str, tuple[float, int]]:
    """Return threshold and periods of each alarm on a function, by metric."""
    alarms = [a for a in of_type(template, "AWS::CloudWatch::Alarm") if a["Namespace"] == "AWS/Lambda"]
    return {a["MetricName"]: (a["Threshold"], a["EvaluationPeriods"]) for a in alarms}


def test_lines_follow_the_timeout_and_the_reservation(stack: cdk.Stack, synth: Synth) -> None:
    minutes = cdk.Duration.minutes(5)
    PythonFunction(stack, "Import", code="tabular_ingest", timeout=minutes, reserved_concurrency=25)
    found = lines(synth())
    assert (found["Duration"], found["ConcurrentExecutions"]) == ((240_000, 1), (22.5, 5))


@pytest.mark.parametrize("reserved", [None, 1])
def test_a_function_without_reservation_or_with_one_copy_has_no_line_for_it(
    stack: cdk.Stack, synth: Synth, reserved: int | None
) -> None:
    PythonFunction(stack, "Import", code="tabular_ingest", reserved_concurrency=reserved)
    assert "ConcurrentExecutions" not in lines(synth())


def test_a_line_that_is_given_always_counts(stack: cdk.Stack, synth: Synth) -> None:
    PythonFunction(
        stack,
        "Import",
        code="tabular_ingest",
        reserved_concurrency=None,
        alarm_thresholds={"concurrency": 40, "duration": cdk.Duration.seconds(2), "errors": 3},
    )
    found = lines(synth())
    assert {metric: line for metric, (line, _) in found.items()} == {
        "ConcurrentExecutions": 40,
        "Duration": 2000,
        "Errors": 3,
        "Throttles": 0,
    }


def test_nothing_is_guessed_of_an_imported_function(stack: cdk.Stack, synth: Synth) -> None:
    role = iam.Role.from_role_arn(stack, "Role", "arn:aws:iam::123456789012:role/theirs")
    arn = stack.format_arn(service="lambda", resource="function", resource_name="theirs")
    function = lambda_.Function.from_function_attributes(
        stack, "Theirs", function_arn=arn, role=role, same_environment=True
    )
    hidden = cdk.Duration.minutes(5)
    QueueWorker(stack, "Orders", function=function, visibility_timeout=hidden, max_concurrency=5)
    assert set(lines(synth())) == {"Errors", "Throttles"}


def test_events_that_a_function_fails_on_are_watched_to_the_end(stack: cdk.Stack, synth: Synth) -> None:
    function = PythonFunction(stack, "Import", code="tabular_ingest")
    rule = EventBus(stack, "Events").add_target("Imports", function, event="OrderPlaced.v1")
    assert rule.alarms.destination_failures.node.path == "Test/Events/Imports/DestinationFailures"
    [alarm] = [a for a in of_type(synth(), "AWS::CloudWatch::Alarm") if a["MetricName"] == FAILURES]
    assert alarm["Dimensions"][0]["Value"] == stack.resolve(function.function_name)


def test_other_targets_have_no_such_alarm(stack: cdk.Stack) -> None:
    rule = EventBus(stack, "Events").add_target("Orders", DurableQueue(stack, "Q"), event="OrderPlaced.v1")
    with pytest.raises(
        AttributeError, match=r"no alarm 'destination_failures'; there are undelivered, failed"
    ):
        _ = rule.alarms.destination_failures

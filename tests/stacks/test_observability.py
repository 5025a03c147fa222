"""Every resource of every stack against the whole list of what must be watched, and one alarm over a stack."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.templates import WITHOUT_ALARMS

pytestmark = pytest.mark.scan

Templates = dict[str, dict[str, Any]]
Resources = dict[str, dict[str, Any]]

WATCHED = {
    "AWS::Lambda::Function": {"Errors", "Throttles", "Duration"},
    "AWS::DynamoDB::Table": {"ReadThrottleEvents", "WriteThrottleEvents"},
    "AWS::Kinesis::Stream": {"ReadProvisionedThroughputExceeded", "WriteProvisionedThroughputExceeded"},
    "AWS::ECS::Service": {"CPUUtilization", "MemoryUtilization"},
    "AWS::StepFunctions::StateMachine": {"ExecutionsFailed", "ExecutionsTimedOut", "ExecutionThrottled"},
    "AWS::ApiGatewayV2::Api": {"5xx"},
    "AWS::ApiGateway::RestApi": {"5XXError"},
    "AWS::ElasticLoadBalancingV2::Listener": {"HTTPCode_Target_5XX_Count"},
    "AWS::RDS::DBCluster": {"ACUUtilization"},
}
OTHERWISE = {
    "failed jobs wait in a queue whose age has an alarm": (
        "ReportsFailuresFunction",
        WATCHED["AWS::Lambda::Function"],
    ),
    "one copy runs each minute, and what it misses fails": (
        "ReportsThrottleFunction",
        {"Throttles", "Duration"},
    ),
    "the workflow above fails with it": ("SagaRe(serve|lease)Lines", {"ExecutionsFailed"}),
}
"""By reason, what needs no alarm of its own."""


def alarms(resources: Resources) -> Resources:
    return {name: each for name, each in resources.items() if each["Type"] == "AWS::CloudWatch::Alarm"}


def observed(resources: Resources) -> Iterator[tuple[str, str]]:
    """Yield a resource's id and a metric, for each alarm that publishes to a topic."""
    named = {
        each.get("Properties", {}).get(key): name
        for name, each in resources.items()
        for key in ("Name", "QueueName")
        if isinstance(each.get("Properties", {}).get(key), str)
    }
    for alarm in alarms(resources).values():
        properties = alarm["Properties"]
        if not any("AlarmTopic" in str(each) for each in properties["AlarmActions"]):
            continue
        stats = [
            each["MetricStat"]["Metric"] for each in properties.get("Metrics", []) if "MetricStat" in each
        ]
        for metric in stats or [properties]:
            text = json.dumps(metric.get("Dimensions", []))
            for name in re.findall(r'"(?:Ref|Fn::GetAtt)": \[?"(\w+)"|"Value": "([^"]+)"', text):
                yield name[0] or named.get(name[1], name[1]), metric["MetricName"]


def needed(resources: Resources) -> Iterator[tuple[str, str]]:
    """Yield what must be watched, as `observed` yields it."""
    mappings = [r["Properties"] for r in resources.values() if r["Type"] == "AWS::Lambda::EventSourceMapping"]
    configs = [r for r in resources.values() if r["Type"] == "AWS::Lambda::EventInvokeConfig"]
    invokes = json.dumps([r for r in configs if "DestinationConfig" in r["Properties"]])
    for name, resource in resources.items():
        kind, properties = resource["Type"], resource.get("Properties", {})
        if '"redirect"' in json.dumps(properties.get("DefaultActions")):
            continue
        yield from ((name, metric) for metric in WATCHED.get(kind, ()))
        if kind == "AWS::Lambda::Function":
            yield from ((name, each) for each in _of_function(name, properties, mappings, invokes))
        if kind == "AWS::ElasticLoadBalancingV2::TargetGroup" and properties["TargetType"] != "lambda":
            yield from ((name, each) for each in ("HealthyHostCount", "UnHealthyHostCount"))
        if kind == "AWS::SQS::Queue":
            holds_failures = "RedrivePolicy" not in properties
            metric = (
                "ApproximateNumberOfMessagesVisible" if holds_failures else "ApproximateAgeOfOldestMessage"
            )
            yield name, metric


def _of_function(name: str, properties: dict[str, Any], mappings: list[Any], invokes: str) -> Iterator[str]:
    own = [each for each in mappings if name in json.dumps(each["FunctionName"])]
    if any("StartingPosition" in each for each in own):
        yield "IteratorAge"
        yield "DestinationDeliveryFailures"
    if name in invokes:
        yield "DestinationDeliveryFailures"
    if "DeadLetterConfig" in properties:
        yield "DeadLetterErrors"
    if not own and properties.get("ReservedConcurrentExecutions", 0) > 1:
        yield "ConcurrentExecutions"


def test_everything_that_can_fail_is_watched(templates: Templates) -> None:
    missing = {
        (stack, name, metric)
        for stack, template in templates.items()
        for name, metric in set(needed(template["Resources"])) - set(observed(template["Resources"]))
        if not any(re.match(key, name) and metric in of for key, of in OTHERWISE.values())
    }
    assert missing == set()


def test_one_alarm_stands_over_all_alarms_of_a_stack(templates: Templates) -> None:
    for stack, template in templates.items():
        resources = template["Resources"]
        composites = {
            n: json.dumps(r["Properties"]["AlarmRule"])
            for n, r in resources.items()
            if r["Type"] == "AWS::CloudWatch::CompositeAlarm"
        }
        told = {
            n
            for n, r in alarms(resources).items()
            if "AlarmTopic" in json.dumps(r["Properties"]["AlarmActions"])
        }
        named = {n for n in (told | set(composites)) if any(f'"{n}"' in rule for rule in composites.values())}
        assert told <= named, stack
        if not told:
            assert stack in WITHOUT_ALARMS
            continue
        [top] = set(composites) - named
        assert "AlarmTopic" in json.dumps(resources[top]["Properties"]["AlarmActions"])


@pytest.mark.parametrize("fault", ["no action", "no dimensions"])
def test_an_alarm_that_nobody_hears_counts_for_nothing(fault: str, templates: Templates) -> None:
    resources: Resources = json.loads(json.dumps(templates["serverless-api"]["Resources"]))
    before = set(observed(resources))
    for alarm in alarms(resources).values():
        if fault == "no action":
            alarm["Properties"]["AlarmActions"] = []
        else:
            alarm["Properties"].pop("Dimensions", None)
    assert before
    assert set(observed(resources)) == set()

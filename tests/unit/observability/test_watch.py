"""What `watch` defines on resources that were made without this library."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from aws_cdk import aws_elasticloadbalancingv2_targets as elbv2_targets
from aws_cdk import aws_kinesis as kinesis
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_event_sources as sources
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as sfn
from constructs import IConstruct

from tests.templates import of_type
from wellmade.check.run import check
from wellmade.facts import metrics
from wellmade.foundation import DurableQueue, RefusedError, monitor
from wellmade.graph import load
from wellmade.observability import Watch, watch

Synth = Callable[[], dict[str, Any]]
Define = Callable[[cdk.Stack], IConstruct]
ALARM = "AWS::CloudWatch::Alarm"


def function(stack: cdk.Stack, **options: Any) -> lambda_.Function:
    return lambda_.Function(
        stack,
        "Theirs",
        **{
            "runtime": lambda_.Runtime.NODEJS_22_X,
            "handler": "index.handler",
            "code": lambda_.Code.from_inline("exports.handler = async () => {}"),
            **options,
        },
    )


def queue(stack: cdk.Stack) -> IConstruct:
    failed = sqs.DeadLetterQueue(queue=sqs.Queue(stack, "Failed"), max_receive_count=5)
    return sqs.Queue(stack, "Theirs", dead_letter_queue=failed, visibility_timeout=cdk.Duration.minutes(2))


def table(stack: cdk.Stack) -> IConstruct:
    key = dynamodb.Attribute(name="pk", type=dynamodb.AttributeType.STRING)
    return dynamodb.TableV2(stack, "Theirs", partition_key=key)


def stream(stack: cdk.Stack) -> IConstruct:
    return kinesis.Stream(stack, "Theirs", retention_period=cdk.Duration.hours(48))


def machine(stack: cdk.Stack) -> IConstruct:
    body = sfn.DefinitionBody.from_chainable(sfn.Pass(stack, "Pass"))
    return sfn.StateMachine(stack, "Theirs", definition_body=body)


def vpc(stack: cdk.Stack) -> ec2.Vpc:
    return ec2.Vpc(stack, "Vpc", max_azs=2, restrict_default_security_group=False)


def service(stack: cdk.Stack) -> IConstruct:
    task = ecs.FargateTaskDefinition(stack, "Task")
    task.add_container("Program", image=ecs.ContainerImage.from_registry("nginx"))
    cluster = ecs.Cluster(stack, "Cluster", vpc=vpc(stack))
    return ecs.FargateService(stack, "Theirs", cluster=cluster, task_definition=task, min_healthy_percent=100)


def balancer(stack: cdk.Stack) -> elbv2.ApplicationLoadBalancer:
    return elbv2.ApplicationLoadBalancer(stack, "Theirs", vpc=vpc(stack))


def targets(stack: cdk.Stack) -> IConstruct:
    listener = balancer(stack).add_listener("Http", port=80, open=False)
    return listener.add_targets("Targets", port=80, targets=[elbv2_targets.IpTarget("10.0.0.10")])


LINES: dict[Define, dict[str, tuple[str, float]]] = {
    function: {"Errors": ("Sum", 0), "Throttles": ("Sum", 0), "Duration": ("p99", 2400)},
    queue: {
        "ApproximateNumberOfMessagesVisible": ("Maximum", 0),
        "ApproximateAgeOfOldestMessage": ("Maximum", 600),
    },
    table: {"ReadThrottleEvents": ("Sum", 0), "WriteThrottleEvents": ("Sum", 0)},
    stream: {
        "ReadProvisionedThroughputExceeded": ("Sum", 0),
        "WriteProvisionedThroughputExceeded": ("Sum", 0),
        "GetRecords.IteratorAgeMilliseconds": ("Maximum", 12 * 3_600_000),
    },
    machine: {
        "ExecutionsFailed": ("Sum", 0),
        "ExecutionsTimedOut": ("Sum", 0),
        "ExecutionThrottled": ("Sum", 0),
    },
    service: {"CPUUtilization": ("Average", 90), "MemoryUtilization": ("Average", 90)},
    balancer: {
        "HTTPCode_ELB_5XX_Count": ("Sum", 0),
        "HTTPCode_Target_5XX_Count": ("Sum", 5),
        "RejectedConnectionCount": ("Sum", 0),
    },
    targets: {
        "HealthyHostCount": ("Maximum", 1),
        "UnHealthyHostCount": ("Maximum", 0),
        "HTTPCode_Target_5XX_Count": ("Sum", 5),
    },
}


@pytest.mark.parametrize("define", [pytest.param(each, id=each.__name__) for each in LINES])
def test_each_kind_has_its_alarms_under_metrics_that_exist(
    stack: cdk.Stack, synth: Synth, define: Define
) -> None:
    watched = watch(stack, define(stack))
    shown = monitor(stack, watched)
    assert shown.composite_alarm is not None
    alarms = of_type(synth(), ALARM)
    found = {a["MetricName"]: (a.get("Statistic") or a["ExtendedStatistic"], a["Threshold"]) for a in alarms}
    assert found == LINES[define]
    assert all(a["AlarmDescription"] and a["AlarmActions"] for a in alarms)
    for alarm in alarms:
        names = [each["Name"] for each in alarm["Dimensions"]]
        assert metrics.is_known(alarm["Namespace"])
        assert metrics.is_published(alarm["Namespace"], alarm["MetricName"], names)


def test_a_function_that_reads_a_stream_must_keep_up(stack: cdk.Stack, synth: Synth) -> None:
    theirs = function(stack, dead_letter_queue_enabled=True, reserved_concurrent_executions=20)
    source = kinesis.Stream(stack, "Clicks")
    start = lambda_.StartingPosition.TRIM_HORIZON
    theirs.add_event_source(
        sources.KinesisEventSource(source, starting_position=start, max_record_age=cdk.Duration.hours(1))
    )
    watch(stack, theirs)
    alarms = {a["MetricName"]: a["Threshold"] for a in of_type(synth(), ALARM)}
    assert alarms == {
        "Errors": 0,
        "Throttles": 0,
        "Duration": 2400,
        "ConcurrentExecutions": 18,
        "DeadLetterErrors": 0,
        "DestinationDeliveryFailures": 0,
        "IteratorAge": 900_000,
    }


def test_an_alias_is_watched_as_its_function(stack: cdk.Stack, synth: Synth) -> None:
    theirs = function(stack)
    watch(stack, theirs.add_alias("live"))
    dimensions = [a["Dimensions"] for a in of_type(synth(), ALARM)]
    assert dimensions == [[{"Name": "FunctionName", "Value": stack.resolve(theirs.function_name)}]] * 3


def test_no_healthy_target_and_no_data_fire_alike(stack: cdk.Stack, synth: Synth) -> None:
    watch(stack, targets(stack))
    [alarm] = [a for a in of_type(synth(), ALARM) if a["MetricName"] == "HealthyHostCount"]
    assert (alarm["ComparisonOperator"], alarm["TreatMissingData"]) == ("LessThanThreshold", "breaching")
    assert alarm["EvaluationPeriods"] == 3


def test_lines_can_be_given_or_left_out(stack: cdk.Stack, synth: Synth) -> None:
    arn = stack.format_arn(service="sqs", resource="theirs")
    imported = sqs.Queue.from_queue_arn(stack, "Theirs", arn)
    given = {"oldest_message": cdk.Duration.hours(1), "waiting_messages": 500}
    watch(stack, imported, construct_id="Alarms", alarm_thresholds=given)
    alarms = {a["MetricName"]: a["Threshold"] for a in of_type(synth(), ALARM)}
    assert alarms == {
        "ApproximateAgeOfOldestMessage": 3600,
        "ApproximateNumberOfMessagesVisible": 500,
    }


def test_rules_find_nothing_in_it(stack: cdk.Stack, tmp_path: Path, synth: Synth) -> None:
    monitor(stack, watch(stack, targets(stack)))
    template = tmp_path / "template.json"
    template.write_text(json.dumps(synth()))
    assert [found for found in check(load([template])) if found.rule.startswith("alarm")] == []


def test_looks_like(stack: cdk.Stack, synth: Synth, snapshot: Callable[..., None]) -> None:
    monitor(stack, watch(stack, targets(stack)))
    snapshot(synth(), "watch")


def imported_function(stack: cdk.Stack) -> IConstruct:
    arn = stack.format_arn(service="lambda", resource="function", resource_name="theirs")
    return lambda_.Function.from_function_arn(stack, "Theirs", arn)


KINDS = "a function, queue, table, stream, state machine, service, load balancer or target group"
WRONG: list[tuple[Define, str]] = [
    (
        lambda stack: sns.Topic(stack, "Theirs"),
        f"resource must be {KINDS}, got Topic; define alarms on what nothing is known of with cloudwatch.Alarm",
    ),
    (
        lambda stack: DurableQueue(stack, "Theirs"),
        "resource must be without alarms of its own, got DurableQueue; "
        "pass it to monitor, which takes those that it has",
    ),
    (
        lambda stack: sqs.Queue(stack, "Theirs"),
        "alarm_thresholds['oldest_message'] must be given where how long all receives of a message take cannot "
        "be read, got None; give a threshold, or None to leave the alarm out",
    ),
    (
        imported_function,
        "alarm_thresholds['duration'] must be given where the function's timeout cannot be read, got None; "
        "give a threshold, or None to leave the alarm out",
    ),
]


@pytest.mark.parametrize(
    ("define", "message"), [pytest.param(*each, id=str(number)) for number, each in enumerate(WRONG)]
)
def test_refuses(stack: cdk.Stack, define: Define, message: str) -> None:
    with pytest.raises(RefusedError, match=f"^{re.escape(f'Test/TheirsWatch: {message}')}$"):
        watch(stack, define(stack))


def test_refuses_a_threshold_for_no_alarm(stack: cdk.Stack) -> None:
    message = (
        "Test/Alarms: alarm_thresholds must be for one of read_throttles, write_throttles, got 'depth'; "
        "give a number, or None to leave an alarm out"
    )
    with pytest.raises(RefusedError, match=f"^{re.escape(message)}$"):
        Watch(stack, "Alarms", resource=table(stack), alarm_thresholds={"depth": 1})

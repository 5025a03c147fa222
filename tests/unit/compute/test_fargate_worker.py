import re
from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_sns as sns

from tests.templates import of_type, statements
from tests.unit.compute.conftest import network
from wellmade.compute import BacklogScaling, FargateWorker
from wellmade.foundation import IdempotencyTable
from wellmade.testing import synthesize


def define_worker(stack: cdk.Stack, **options: Any) -> FargateWorker:
    cluster = ecs.Cluster(stack, "Cluster", vpc=network(stack))
    return FargateWorker(stack, "Worker", cluster=cluster, image="invoice_worker", **options)


@pytest.fixture(scope="module")
def worker() -> dict[str, Any]:
    scaling = BacklogScaling(cdk.Duration.minutes(2), cdk.Duration.seconds(6))
    return synthesize(lambda stack: define_worker(stack, scaling=scaling))


def policy(template: dict[str, Any], kind: str) -> dict[str, Any]:
    [found] = [
        p for p in of_type(template, "AWS::ApplicationAutoScaling::ScalingPolicy") if p["PolicyType"] == kind
    ]
    return found


def test_promises_a_backlog_that_is_worked_off_in_time(worker: dict[str, Any]) -> None:
    tracking = policy(worker, "TargetTrackingScaling")["TargetTrackingScalingPolicyConfiguration"]
    assert tracking["TargetValue"] * 6 == 120 / 2
    metrics = tracking["CustomizedMetricSpecification"]["Metrics"]
    assert [metric["Id"] for metric in metrics if metric["ReturnData"]] == ["backlog_per_task"]
    named = {metric["MetricStat"]["Metric"]["MetricName"] for metric in metrics if "MetricStat" in metric}
    assert named == {
        "ApproximateNumberOfMessagesVisible",
        "ApproximateNumberOfMessagesNotVisible",
        "CPUUtilization",
    }


def test_promises_to_sleep_and_to_wake(worker: dict[str, Any]) -> None:
    [target] = of_type(worker, "AWS::ApplicationAutoScaling::ScalableTarget")
    assert (target["MinCapacity"], target["MaxCapacity"]) == (0, 10)
    steps = policy(worker, "StepScaling")["StepScalingPolicyConfiguration"]
    assert steps["AdjustmentType"] == "ExactCapacity"
    wake = [
        n
        for n, r in worker["Resources"].items()
        if r.get("Properties", {}).get("PolicyType") == "StepScaling"
    ]
    actions = [alarm["AlarmActions"] for alarm in of_type(worker, "AWS::CloudWatch::Alarm")]
    assert [{"Ref": wake[0]}] in actions


def test_promises_time_to_finish(worker: dict[str, Any]) -> None:
    [task] = of_type(worker, "AWS::ECS::TaskDefinition")
    [container] = task["ContainerDefinitions"]
    assert container["StopTimeout"] == 120
    variables = {each["Name"]: each["Value"] for each in container["Environment"]}
    source = [q for q in of_type(worker, "AWS::SQS::Queue") if "VisibilityTimeout" in q]
    assert int(variables["VISIBILITY_TIMEOUT_SECONDS"]) == source[0]["VisibilityTimeout"]


def test_grants_the_queue_and_protection_of_its_own_tasks(worker: dict[str, Any]) -> None:
    takes, protects = statements(worker, "WorkerRole")
    assert set(takes["Action"]) == {"sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility"}
    assert protects["Action"] == "ecs:UpdateTaskProtection"
    assert "Cluster" in str(protects["Resource"])


def test_is_served_by_what_serves_callers() -> None:
    def define(stack: cdk.Stack) -> None:
        worker = define_worker(stack)
        IdempotencyTable(stack, "Claims").connect(worker)
        sns.Topic(stack, "Topic").grant_publish(worker)

    template = synthesize(define)
    [task] = of_type(template, "AWS::ECS::TaskDefinition")
    names = {each["Name"] for each in task["ContainerDefinitions"][0]["Environment"]}
    assert "IDEMPOTENCY_TABLE" in names


def test_looks_like(worker: dict[str, Any], snapshot: Callable[..., None]) -> None:
    snapshot(worker, "fargate_worker")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"scaling": BacklogScaling(acceptable_latency=cdk.Duration.seconds(5))},
            "Test/Worker: scaling.acceptable_latency must be at least the processing_time, 10 s, got 5 s; no number of tasks makes one message faster",
        ),
        (
            {"scaling": BacklogScaling(max_capacity=5001)},
            "Test/Worker: scaling.max_capacity must be between 1 and 5000, got 5001; 10 suits most queues",
        ),
    ],
)
def test_refuses(stack: cdk.Stack, options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        define_worker(stack, **options)


def test_refuses_scaling_by_memory_and_by_its_own_metric_of_cpu(
    stack: cdk.Stack, refused: Callable[[], str]
) -> None:
    worker = define_worker(stack)
    worker.task_count.scale_on_memory_utilization("Memory", target_utilization_percent=50)
    cpu = worker.service.metric_cpu_utilization()
    worker.task_count.scale_to_track_custom_metric("Own", metric=cpu, target_value=50)
    told = refused()
    assert "got by memory (Test/Worker/Service/TaskCount/Target/Memory/Resource)" in told
    assert "got by CPU (Test/Worker/Service/TaskCount/Target/Own/Resource)" in told


@pytest.mark.parametrize("given", [("AWS/RDS", "CPUUtilization"), ("Shop", None)])
def test_takes_a_metric_that_is_not_of_its_own_load(
    stack: cdk.Stack, synth: Callable[[], dict[str, Any]], given: tuple[str, str | None]
) -> None:
    """The CPU of a database, and a metric whose name a parameter tells."""
    name = given[1] or cdk.CfnParameter(stack, "Waiting", default="x").value_as_string
    metric = cloudwatch.Metric(namespace=given[0], metric_name=name)
    define_worker(stack).task_count.scale_to_track_custom_metric("Own", metric=metric, target_value=50)
    tracked = [
        each["TargetTrackingScalingPolicyConfiguration"]["CustomizedMetricSpecification"].get("Namespace")
        for each in of_type(synth(), "AWS::ApplicationAutoScaling::ScalingPolicy")
        if each["PolicyType"] == "TargetTrackingScaling"
    ]
    assert given[0] in tracked


def test_refuses_scaling_by_cpu(stack: cdk.Stack, refused: Callable[[], str]) -> None:
    worker = define_worker(stack)
    worker.task_count.scale_on_cpu_utilization("Cpu", target_utilization_percent=50)
    message = "Test/Worker: scaling must be by backlog per task, got by CPU (Test/Worker/Service/TaskCount/Target/Cpu/Resource); a worker that waits for others is idle and late at once; take the policy away"
    assert message in refused()

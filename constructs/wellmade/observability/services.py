"""What is watched of load balancers, their targets, ECS services and state machines."""

from collections.abc import Mapping
from typing import cast

from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from aws_cdk import aws_stepfunctions as sfn

from wellmade.foundation.alarms import AlarmSpec
from wellmade.foundation.execution_alarms import execution_specs
from wellmade.foundation.graphs import Graph
from wellmade.foundation.task_alarms import healthy_targets, task_specs, utilization_metrics
from wellmade.observability.watched import Watched

BALANCER = "AWS/ApplicationELB"
FAILURES_A_MINUTE = 5

UNSERVED = "The load balancer found no target that answered. See whether targets run and are healthy."
FAILED = "Targets answer with 5xx. Read their log for the first error; take back the last release."
REJECTED = "The load balancer is at its limit of connections. See who opens them; AWS raises it by itself."
UNHEALTHY = "Targets fail their health check. Read the log of the one that does."


def watched_balancer(balancer: elbv2.IApplicationLoadBalancer) -> Watched:
    """Return what is watched of an application load balancer."""
    metrics = balancer.metrics
    requests, unserved = metrics.request_count(), metrics.http_code_elb(elbv2.HttpCodeElb.ELB_5XX_COUNT)
    failed, took = metrics.http_code_target(elbv2.HttpCodeTarget.TARGET_5XX_COUNT), "p99"
    of = _dimensions(requests)
    specs = {
        "unserved_requests": _count("UnservedRequests", "HTTPCode_ELB_5XX_Count", of, 0, UNSERVED),
        "target_errors": _count("TargetErrors", "HTTPCode_Target_5XX_Count", of, FAILURES_A_MINUTE, FAILED),
        "rejected_connections": _count("RejectedConnections", "RejectedConnectionCount", of, 0, REJECTED),
    }
    graphs = [
        Graph("requests", [requests]),
        Graph("failures", [unserved, failed]),
        Graph("response time", [metrics.target_response_time(statistic=took)]),
    ]
    return Watched(specs, graphs, {})


def watched_targets(targets: elbv2.IApplicationTargetGroup) -> Watched:
    """Return what is watched of the targets of an application load balancer."""
    healthy, unhealthy = targets.metrics.healthy_host_count(), targets.metrics.unhealthy_host_count()
    of = _dimensions(healthy)
    specs = {
        "unhealthy_hosts": AlarmSpec("UnhealthyHosts", "UnHealthyHostCount", BALANCER, of, 0, UNHEALTHY),
        "healthy_hosts": healthy_targets("HealthyHosts", of),
        "target_errors": _count("TargetErrors", "HTTPCode_Target_5XX_Count", of, FAILURES_A_MINUTE, FAILED),
    }
    failed = targets.metrics.http_code_target(elbv2.HttpCodeTarget.TARGET_5XX_COUNT)
    return Watched(specs, [Graph("hosts", [healthy, unhealthy]), Graph("failures", [failed])], {})


def watched_service(service: ecs.IBaseService) -> Watched:
    """Return what is watched of an ECS service."""
    return Watched(task_specs(service), [Graph("CPU and memory", utilization_metrics(service))], {})


def watched_machine(machine: sfn.IStateMachine) -> Watched:
    """Return what is watched of a state machine."""
    graphs = [
        Graph("executions", [machine.metric_started(), machine.metric_succeeded()]),
        Graph("failures", [machine.metric_failed(), machine.metric_timed_out(), machine.metric_throttled()]),
        Graph("duration", [machine.metric_time(statistic=each) for each in ("p50", "p99")]),
    ]
    return Watched(execution_specs(machine.state_machine_arn), graphs, {})


def _dimensions(metric: cloudwatch.IMetric | cloudwatch.Metric) -> Mapping[str, str]:
    return cast(Mapping[str, str], cast(cloudwatch.Metric, metric).dimensions)


def _count(
    construct_id: str, metric: str, of: Mapping[str, str], threshold: float, description: str
) -> AlarmSpec:
    return AlarmSpec(construct_id, metric, BALANCER, of, threshold, description, "Sum")

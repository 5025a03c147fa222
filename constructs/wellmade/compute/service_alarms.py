"""What needs a person about a service, and what takes a release back."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TypedDict

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from constructs import Construct

from wellmade.compute.routing import Routing
from wellmade.foundation.alarms import Alarms, AlarmSpec, define_alarms
from wellmade.foundation.task_alarms import healthy_targets, task_specs
from wellmade.kit.lookups import seconds

FAILURES_A_MINUTE = 5
NAMESPACE = "AWS/ApplicationELB"

ERRORS = "The program answers with 5xx. Read its log; a release under way is rolled back."
UNHEALTHY = "Tasks fail their health check. Read the log of the task that was replaced."
UNSERVED = "The load balancer found no task that answered. See whether tasks run, and why the last stopped."
SLOW = "One answer in a hundred takes half of the time allowed. See what the program waits for."


class ServiceAlarms(Alarms):
    """Alarms of a service."""

    errors: cloudwatch.Alarm
    """Answers with 5xx of the program, in a minute; rolls a release back."""
    unhealthy_tasks: cloudwatch.Alarm
    """Tasks that fail their health check; rolls a release back."""
    unserved_requests: cloudwatch.Alarm
    """Answers with 5xx of the load balancer itself, in a minute, for whichever service behind it; not on a
    listener that others share."""
    latency: cloudwatch.Alarm
    """Seconds that 99 of 100 answers take at most."""
    healthy_tasks: cloudwatch.Alarm
    """Tasks that pass their health check, of both sets for blue-green; fires below the line."""
    cpu: cloudwatch.Alarm
    """Percentage of their processors that the tasks use on average."""
    memory: cloudwatch.Alarm
    """Percentage of their memory that the tasks use on average."""
    green_errors: cloudwatch.Alarm
    """As `errors`, of the other set of tasks, for blue-green."""
    green_unhealthy_tasks: cloudwatch.Alarm
    """As `unhealthy_tasks`, of the other set of tasks, for blue-green."""


class ServiceThresholds(TypedDict, total=False):
    """Thresholds of a service's alarms; None leaves one out."""

    errors: float | None
    unhealthy_tasks: float | None
    unserved_requests: float | None
    latency: float | Duration | None
    healthy_tasks: float | None
    cpu: float | None
    memory: float | None
    green_errors: float | None
    green_unhealthy_tasks: float | None


ROLL_BACK = ("errors", "unhealthy_tasks", "green_errors", "green_unhealthy_tasks")


def define_service_alarms(
    scope: Construct,
    routing: Routing,
    service: ecs.FargateService,
    targets: elbv2.ApplicationTargetGroup,
    green: elbv2.ApplicationTargetGroup | None,
    longest_request: Duration,
    thresholds: ServiceThresholds | None,
    *,
    stops: bool,
) -> ServiceAlarms:
    """Define the alarms of a service.

    Those that take a release back watch targets, never the service: the service names them, and would wait
    for itself. Nor do they watch the load balancer, which others may share: their faults are not the
    release's.

    Args:
        scope: The pattern.
        routing: How requests come to it.
        service: What runs the tasks.
        targets: Where requests go.
        green: The other set of targets, for blue-green.
        longest_request: What a request may take.
        thresholds: By name.
        stops: Whether the service has hours without tasks: no healthy task is no fault then.
    """
    balancer = routing.dimensions
    blue, other = _of(balancer, targets), _of(balancer, green) if green else None
    specs = {
        "errors": _errors("Errors", blue),
        "unhealthy_tasks": _unhealthy("UnhealthyTasks", blue),
        "unserved_requests": AlarmSpec(
            "UnservedRequests", "HTTPCode_ELB_5XX_Count", NAMESPACE, balancer, 0, UNSERVED, "Sum"
        ),
        # Half of what a request may take, so that there is time to act before people see time-outs.
        "latency": AlarmSpec(
            "Latency",
            "TargetResponseTime",
            NAMESPACE,
            blue,
            seconds(longest_request) / 2,
            SLOW,
            "p99",
            also=other,
        ),
        "healthy_tasks": _healthy(blue, other, stops=stops),
        **task_specs(service),
    }
    if routing.rule:
        # They would tell of other services.
        del specs["unserved_requests"]
    if other:
        specs["green_unhealthy_tasks"] = _unhealthy("GreenUnhealthyTasks", other)
        specs["green_errors"] = _errors("GreenErrors", other)
    alarms = define_alarms(ServiceAlarms, scope, specs, thresholds)
    healthy = alarms.by_name()["healthy_tasks"]
    if healthy:
        # Before the first task is healthy there is nothing to tell.
        healthy.node.add_dependency(service)
    return alarms


def rolling_back(alarms: ServiceAlarms) -> list[cloudwatch.Alarm]:
    """Return the alarms that take a release back, as far as there are any."""
    return [alarm for name, alarm in alarms.by_name().items() if alarm and name in ROLL_BACK]


def _healthy(blue: Mapping[str, str], green: Mapping[str, str] | None, *, stops: bool) -> AlarmSpec:
    spec = healthy_targets("HealthyTasks", blue, also=green)
    return replace(spec, threshold=None) if stops else spec


def _of(balancer: Mapping[str, str], targets: elbv2.ApplicationTargetGroup) -> dict[str, str]:
    return {**balancer, "TargetGroup": targets.target_group_full_name}


def _errors(construct_id: str, dimensions: Mapping[str, str]) -> AlarmSpec:
    metric = "HTTPCode_Target_5XX_Count"
    return AlarmSpec(construct_id, metric, NAMESPACE, dimensions, FAILURES_A_MINUTE, ERRORS, "Sum")


def _unhealthy(construct_id: str, dimensions: Mapping[str, str]) -> AlarmSpec:
    return AlarmSpec(construct_id, "UnHealthyHostCount", NAMESPACE, dimensions, 0, UNHEALTHY)

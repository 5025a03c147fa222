"""Alarms of tasks in containers and of what is behind a load balancer, ours or anybody's."""

from collections.abc import Mapping

from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_ecs as ecs

from wellmade.foundation.alarms import AlarmSpec

BUSY, MINUTES_BUSY = 90, 5
MINUTES_WITHOUT_TARGET = 3

CPU = (
    "Tasks are short of CPU, and scaling has not helped. See what keeps them busy, then allow more tasks, or "
    "make them larger."
)
MEMORY = "Tasks are short of memory; ECS stops one that runs out. See whether it leaks, then make it larger."
NO_TARGET = "No target has been healthy for three minutes: nobody is served. See why the last one stopped."
_METRICS = {"cpu": ("Cpu", "CPUUtilization"), "memory": ("Memory", "MemoryUtilization")}


def task_specs(
    service: ecs.IBaseService | ecs.BaseService, *, cpu: str = CPU, cpu_minutes: int = MINUTES_BUSY
) -> dict[str, AlarmSpec]:
    """Return the alarms on the CPU and the memory that the tasks of a service use.

    Args:
        service: What runs the tasks.
        cpu: What to do about the CPU.
        cpu_minutes: Minutes on end that the CPU may be busy.
    """
    of = _dimensions(service)
    said = {"cpu": (cpu, cpu_minutes), "memory": (MEMORY, MINUTES_BUSY)}
    return {
        name: AlarmSpec(
            construct_id, metric, "AWS/ECS", of, BUSY, said[name][0], "Average", minutes=said[name][1]
        )
        for name, (construct_id, metric) in _METRICS.items()
    }


def utilization_metrics(service: ecs.IBaseService) -> list[cloudwatch.Metric]:
    """Return what the alarms of `task_specs` watch, to be shown."""
    of = _dimensions(service)
    return [
        cloudwatch.Metric(namespace="AWS/ECS", metric_name=metric, dimensions_map=of)
        for _, metric in _METRICS.values()
    ]


def healthy_targets(
    construct_id: str, dimensions: Mapping[str, str], *, also: Mapping[str, str] | None = None
) -> AlarmSpec:
    """Return the alarm on a load balancer that has no healthy target for three minutes.

    Args:
        construct_id: Its id, part of the contract.
        dimensions: The load balancer and the target group.
        also: The same with another group that serves in turn. Default: there is none.
    """
    return AlarmSpec(
        construct_id,
        "HealthyHostCount",
        "AWS/ApplicationELB",
        dimensions,
        1,
        NO_TARGET,
        minutes=MINUTES_WITHOUT_TARGET,
        falls=True,
        also=also,
    )


def _dimensions(service: ecs.IBaseService | ecs.BaseService) -> dict[str, str]:
    """Return what ECS publishes the metrics of a service under."""
    return {"ClusterName": service.cluster.cluster_name, "ServiceName": service.service_name}

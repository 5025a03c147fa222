"""AWS Fargate: CPU and memory of the tasks that a service keeps."""

import re
from collections.abc import Iterator
from math import inf

from wellmade.capacity.names import short
from wellmade.cost.meter import Charge, Meter, NotPriced, flat
from wellmade.cost.services.vpc import ADDRESS_HOURS
from wellmade.cost.usage import Usage
from wellmade.facts.prices import HOURS_A_MONTH
from wellmade.graph import Kind, Resource, Value, as_list, as_mapping, number

PAGE = "https://aws.amazon.com/fargate/pricing/"
CPU = {
    "X86_64": flat("vCPU-hours", PAGE, "fargate_vcpu_hour_x86"),
    "ARM64": flat("vCPU-hours (arm64)", PAGE, "fargate_vcpu_hour_arm64"),
}
MEMORY = {
    "X86_64": flat("GB-hours of memory", PAGE, "fargate_gb_hour_x86"),
    "ARM64": flat("GB-hours of memory (arm64)", PAGE, "fargate_gb_hour_arm64"),
}
DISK: Meter = flat("GB-hours of disk over 20 GB", PAGE, "fargate_gb_hour_ephemeral_storage_over_20_gb")
INCLUDED_DISK = 20


def service(resource: Resource, usage: Usage) -> Iterator[Charge | NotPriced]:
    """Yield the tasks that a service keeps when nobody comes; more of them as it scales cost as much each."""
    task = usage.graph.target(resource.get("TaskDefinition"), "AWS::ECS::TaskDefinition")
    if task is None or resource.get("LaunchType") in ("EC2", "EXTERNAL"):
        yield NotPriced("tasks that are not of these templates, or run on instances of their own")
        return
    on_instances = not _is_on_fargate(resource, task)
    if on_instances and not usage.graph.of_type("AWS::AutoScaling::AutoScalingGroup"):
        yield NotPriced("the instances that its tasks run on, which are not of these templates")
        return
    if on_instances:
        usage.assume(f"{short(resource)}: its tasks cost what the instances of their group do")
        return
    if "WINDOWS" in str(task.get("RuntimePlatform.OperatingSystemFamily")):
        yield NotPriced("tasks of Windows, which cost more, and its licence")
        return
    cpu, memory = (units_of(task.get(name)) for name in ("Cpu", "Memory"))
    if cpu is None or memory is None:
        yield NotPriced("Cpu or Memory of its task definition is not known")
        return
    hours = _tasks(resource, usage) * HOURS_A_MONTH
    public = resource.get("NetworkConfiguration.AwsvpcConfiguration.AssignPublicIp") == "ENABLED"
    kind = "ARM64" if task.get("RuntimePlatform.CpuArchitecture") == "ARM64" else "X86_64"
    disk = usage.number(task, "EphemeralStorage.SizeInGiB", INCLUDED_DISK) - INCLUDED_DISK
    yield Charge(CPU[kind], hours * cpu / 1024, fixed=True)
    yield Charge(MEMORY[kind], hours * memory / 1024, fixed=True)
    yield Charge(DISK, hours * disk, fixed=True)
    yield Charge(ADDRESS_HOURS, hours if public else 0, fixed=True)


def cluster(resource: Resource, _: Usage) -> Iterator[NotPriced]:
    """Say that Container Insights costs by metric; a cluster itself costs nothing."""
    settings = [as_mapping(one) for one in as_list(resource.get("ClusterSettings"))]
    watched = [one.get("Value") for one in settings if one.get("Name") == "containerInsights"]
    if any(value != "disabled" for value in watched):
        yield NotPriced("metrics of Container Insights, by task and service: how many, no template tells")


def capacity(resource: Resource, _: Usage) -> Iterator[NotPriced]:
    """Say that instances which ECS manages are not counted, nor its fee; those of a group have their row."""
    if resource.get("ManagedInstancesProvider") is not None:
        yield NotPriced("instances that ECS manages and the fee on them: how many run, no template tells")


def _is_on_fargate(service: Resource, task: Resource) -> bool:
    """Tell whether a service or its task asks for Fargate; who asks for nothing runs on instances.

    Source: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html
    """
    providers = [as_mapping(one) for one in as_list(service.get("CapacityProviderStrategy"))]
    named = any("FARGATE" in str(one.get("CapacityProvider")) for one in providers)
    return (
        service.get("LaunchType") == "FARGATE"
        or named
        or "FARGATE" in as_list(task.get("RequiresCompatibilities"))
    )


def units_of(value: Value) -> float | None:
    """Return the CPU units or the MiB of a task, be they written as `1024`, `1 vCPU` or `2 GB`."""
    found = (
        re.fullmatch(r"\s*(\d*\.?\d+)\s*(vcpu|gb)\s*", value, re.IGNORECASE)
        if isinstance(value, str)
        else None
    )
    return float(found[1]) * 1024 if found else number(value)


def _tasks(resource: Resource, usage: Usage) -> float:
    """Return the fewest tasks: of the scaling, or as the service says, or one."""
    for edge in usage.graph.edges(kind=Kind.GUARDS, target=resource):
        least = edge.source.number("MinCapacity")
        if edge.source.type == "AWS::ApplicationAutoScaling::ScalableTarget" and least is not None:
            usage.assume(f"{short(resource)}: {least:g} tasks, the fewest of its scaling, all month")
            return least
    providers = [as_mapping(one) for one in as_list(resource.get("CapacityProviderStrategy"))]
    if any("SPOT" in str(one.get("CapacityProvider")) for one in providers):
        usage.assume(f"{short(resource)}: Spot at the price on demand, which is the dearer one")
    count = resource.number("DesiredCount")
    if count is None or not 0 <= count < inf:
        usage.assume(f"{short(resource)}: one task all month (the template does not say)")
        return 1.0
    return count


PRICED = {
    "AWS::ECS::CapacityProvider": capacity,
    "AWS::ECS::Cluster": cluster,
    "AWS::ECS::Service": service,
}

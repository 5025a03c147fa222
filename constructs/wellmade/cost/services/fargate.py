"""AWS Fargate: CPU and memory of the tasks that a service keeps."""

from collections.abc import Iterator

from wellmade.capacity.names import short
from wellmade.cost.meter import Charge, Meter, NotPriced, flat
from wellmade.cost.usage import Usage
from wellmade.facts.prices import HOURS_A_MONTH
from wellmade.graph import Kind, Resource, as_list, as_mapping

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
    cpu, memory = task.number("Cpu"), task.number("Memory")
    if cpu is None or memory is None:
        yield NotPriced("Cpu or Memory of its task definition is not known")
        return
    hours = _tasks(resource, usage) * HOURS_A_MONTH
    kind = "ARM64" if task.get("RuntimePlatform.CpuArchitecture") == "ARM64" else "X86_64"
    disk = (task.number("EphemeralStorage.SizeInGiB", INCLUDED_DISK) or INCLUDED_DISK) - INCLUDED_DISK
    yield Charge(CPU[kind], hours * cpu / 1024, fixed=True)
    yield Charge(MEMORY[kind], hours * memory / 1024, fixed=True)
    yield Charge(DISK, hours * disk, fixed=True)


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
    if count is None:
        usage.assume(f"{short(resource)}: one task all month (the template does not say)")
    return 1.0 if count is None else count


PRICED = {"AWS::ECS::Service": service}

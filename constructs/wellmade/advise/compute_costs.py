"""What runs the work costs by its load: functions by the second, all else by what must be there for it."""

from collections.abc import Callable, Mapping

from wellmade.advise.fields import Value
from wellmade.advise.taken import Taken
from wellmade.advise.workload import Workload
from wellmade.cost.choices import BUSY, INSTANCE, MANAGED_FEE, MANAGED_LEAST, MANAGED_REQUESTS
from wellmade.cost.meter import flat
from wellmade.cost.services import fargate, lambda_
from wellmade.facts import kinesis, sqs
from wellmade.facts.prices import HOURS_A_MONTH, SECONDS_A_MONTH

_INSTANCE_CPUS, _INSTANCE_GB = 2, 4
"""Of a c7g.large. https://aws.amazon.com/ec2/instance-types/c7g/"""
_LEAST_CPUS, _MOST_GB_PER_CPU = 0.25, 8
"""Of a task. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html"""
_TASK_CPUS, _GB_PER_CPU = 0.5, 2
"""Of a task where nothing asks for more, which is what `WebService` has."""
_GPU_INSTANCES = "instances with a GPU"
_KUBERNETES = flat(
    "EKS cluster hours", "https://aws.amazon.com/eks/pricing/", "eks_cluster_hour_standard_support"
)


def _readers(workload: Workload) -> float:
    """Return how many readers each do their work for a message; a request is answered once."""
    return 1.0 if workload.answers["starts_with"] == "requests" else workload.number("consumers")


def _runs(workload: Workload) -> float:
    """Return how often the work is done in a second: by each reader of a message."""
    return workload.number("rate") * _readers(workload)


def processors(workload: Workload) -> float:
    """Return how many processors work on average."""
    return _runs(workload) * workload.number("duration") * workload.number("processor_share")


def gigabytes(workload: Workload) -> float:
    """Return how much memory is in use on average."""
    return _runs(workload) * workload.number("duration") * workload.number("memory") / 1024


def calls(workload: Workload) -> float:
    """Return how often a function is called in a second: once a batch, as full as its wait makes it."""
    batch, wait = _batch(workload)
    return _runs(workload) / max(1.0, min(batch, workload.number("rate") * wait))


def _batch(workload: Workload) -> tuple[int, int]:
    """Return most messages of a call, and for how many seconds the printed lines wait for them."""
    answers = workload.answers
    if answers["latency"] is not None or answers["starts_with"] == "schedule":
        return 1, 0
    if answers["starts_with"] == "table_changes" or _is_streamed(workload):
        return kinesis.DEFAULT_BATCH_SIZE, 1
    # A FIFO queue does not wait until a batch is full.
    return (1, 0) if answers["ordering"] == "by_key" else (sqs.DEFAULT_BATCH_SIZE, 5)


def _function(workload: Workload, _: Mapping[str, Value]) -> Taken:
    yield lambda_.REQUESTS, calls(workload) * SECONDS_A_MONTH
    yield lambda_.DURATION["arm64"], gigabytes(workload) * SECONDS_A_MONTH


def _managed(workload: Workload, _: Mapping[str, Value]) -> Taken:
    if workload.answers["gpu"]:
        yield _GPU_INSTANCES
    else:
        yield INSTANCE, max(MANAGED_LEAST, _instances(workload)) * HOURS_A_MONTH * MANAGED_FEE
    yield MANAGED_REQUESTS, calls(workload) * SECONDS_A_MONTH


def _tasks(workload: Workload, _: Mapping[str, Value]) -> Taken:
    if workload.answers["gpu"]:
        yield "tasks with a GPU, which there are none of"
        return
    if workload.answers["starts_with"] == "schedule":
        yield from _one_task_a_run(workload)
        return
    least = 2 * _TASK_CPUS * _readers(workload) if _always_run(workload) else 0
    cpus = max(least, processors(workload) / BUSY)
    yield fargate.CPU["ARM64"], cpus * HOURS_A_MONTH
    yield fargate.MEMORY["ARM64"], max(_GB_PER_CPU * cpus, gigabytes(workload) / BUSY) * HOURS_A_MONTH


def _one_task_a_run(workload: Workload) -> Taken:
    """Yield tasks that a schedule starts, each as large as Fargate makes it, and none in between."""
    memory = workload.number("memory") / 1024
    cpus = max(_LEAST_CPUS, workload.number("processor_share"), memory / _MOST_GB_PER_CPU)
    hours = _runs(workload) * workload.number("duration") * HOURS_A_MONTH
    yield fargate.CPU["ARM64"], hours * cpus
    yield fargate.MEMORY["ARM64"], hours * max(memory, _GB_PER_CPU * cpus)


def _always_run(workload: Workload) -> bool:
    """Tell whether tasks run at rest: for requests, and to read a stream, whose backlog starts none."""
    starts = workload.answers["starts_with"]
    return starts in ("requests", "table_changes") or (starts == "messages" and _is_streamed(workload))


def _is_streamed(workload: Workload) -> bool:
    """Tell whether messages have to be in a stream: to be read again, or in order by several."""
    answers = workload.answers
    ordered = answers["ordering"] == "by_key" and workload.number("consumers") > 1
    return bool(answers["replay"] or ordered)


def _fleet(least: int) -> Callable[[Workload, Mapping[str, Value]], Taken]:
    def taken(workload: Workload, _: Mapping[str, Value]) -> Taken:
        if workload.answers["gpu"]:
            yield _GPU_INSTANCES
        else:
            yield INSTANCE, max(least, _instances(workload)) * HOURS_A_MONTH

    return taken


def _kubernetes(workload: Workload, values: Mapping[str, Value]) -> Taken:
    yield _KUBERNETES, HOURS_A_MONTH
    yield from _fleet(2)(workload, values)


def _app_runner(_: Workload, __: Mapping[str, Value]) -> Taken:
    yield "App Runner"


def _instances(workload: Workload) -> float:
    """Return how many instances are busy as they should be, by processors or by memory."""
    return max(processors(workload) / _INSTANCE_CPUS, gigabytes(workload) / _INSTANCE_GB) / BUSY


COSTS = {
    "lambda": _function,
    "managed_instances": _managed,
    "fargate": _tasks,
    "ecs_ec2": _fleet(2),
    "eks": _kubernetes,
    "ec2": _fleet(2),
    "app_runner": _app_runner,
}

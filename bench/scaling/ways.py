"""One queue's work done three ways, and a fourth: function, tasks, instances, tasks on instances.

Each way is read from the synthesized template of its stack: policies, bounds, batches, sizes. The same
messages come to all of them; time is simulated, so the figures are the same each time. Prices are those of
`wellmade cost`, on demand in us-east-1.

    python -m bench.scaling.ways
"""

import heapq
import json
import math
import sys
import tempfile
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import aws_cdk as cdk

from bench.scaling.policies import Policies, Tracking, policies_of
from bench.scaling.simulation import Result, Trace, Worker, simulate
from bench.scaling.traces import TRACES
from stacks.container_platform import ContainerPlatformStack
from stacks.queue_workers import QueueWorkersStack
from stacks.settings import Settings
from wellmade.compute.fleet.container_group import STARTS_IN as CONTAINER_HOST_STARTS_IN
from wellmade.compute.fleet.scaling import STARTS_IN as INSTANCE_STARTS_IN
from wellmade.facts.prices import HOURS_A_MONTH, price

ROOT = Path(__file__).parents[2]
PROCESSING = 2
"""Seconds that a message takes, as both stacks say."""
LATENCY = 300
"""Seconds that both stacks let a message wait."""
TIMES = 3
"""Messages for each of the traces of ten-second messages."""
IN_COOLDOWN = 300
PER_INSTANCE = 2
"""Tasks that an `m7g.large` has network interfaces for beside its own, without trunking."""
DISK_GIB = {"instances": 20, "tasks on instances": 34}
Way = Callable[[Trace, int], tuple[Result, float]]
"""Runs a trace of some seconds; returns what the messages met with, and dollars."""


@cache
def template(stack: type[cdk.Stack]) -> dict[str, Any]:
    """Return the template of a stack as production has it, synthesized once."""
    context = {**json.loads((ROOT / "cdk.json").read_text())["context"], "environment": "prod"}
    with tempfile.TemporaryDirectory() as folder:
        app = cdk.App(context=context, outdir=folder, analytics_reporting=False)
        stack(app, "Ways", settings=Settings.from_context(app.node))  # type: ignore[call-arg] # ours take settings
        found: dict[str, Any] = app.synth().get_stack_by_name("Ways").template
    return found


def _of_type(found: Mapping[str, Any], kind: str) -> dict[str, Any]:
    return {key: each["Properties"] for key, each in found["Resources"].items() if each["Type"] == kind}


def by_function(trace: Trace, seconds: int) -> tuple[Result, float]:
    """Run a trace through the function: batches, side by side, up to its concurrency."""
    found = template(QueueWorkersStack)
    [source] = _of_type(found, "AWS::Lambda::EventSourceMapping").values()
    handlers = _of_type(found, "AWS::Lambda::Function")
    function = handlers[source["FunctionName"]["Ref"]]
    batch, window = source["BatchSize"], source.get("MaximumBatchingWindowInSeconds", 0)
    most = source["ScalingConfig"]["MaximumConcurrency"]
    result, waiting, busy, invocations, owed = Result(), deque[float](), list[float](), 0, 0.0
    for now in range(seconds):
        owed += trace(now) / 60
        waiting.extend([float(now)] * int(owed))
        owed -= int(owed)
        while busy and busy[0] <= now:
            heapq.heappop(busy)
        while waiting and len(busy) < most and (len(waiting) >= batch or now - waiting[0] >= window):
            for _ in range(min(batch, len(waiting))):
                result.waits.append(now - waiting.popleft())
            heapq.heappush(busy, now + PROCESSING)
            invocations += 1
    gigabytes = function["MemorySize"] / 1024
    work = price("lambda_gb_second_arm64_tier1") * gigabytes * PROCESSING + price("lambda_1m_requests") / 1e6
    return result, invocations * work


def by_tasks(trace: Trace, seconds: int) -> tuple[Result, float]:
    """Run a trace through the service of Fargate under its own policies."""
    found = template(QueueWorkersStack)
    result = simulate(policies_of(found), trace, seconds=seconds, processing=PROCESSING)
    [task] = _of_type(found, "AWS::ECS::TaskDefinition").values()
    hourly = price("fargate_vcpu_hour_arm64") * int(task["Cpu"]) / 1024
    hourly += price("fargate_gb_hour_arm64") * int(task["Memory"]) / 1024
    return result, result.task_hours * hourly


def instance_policies(found: Mapping[str, Any]) -> Policies:
    """Read the policies of the group of instances; a new one counts when it has warmed up."""
    [group] = _of_type(found, "AWS::AutoScaling::AutoScalingGroup").values()
    policies = {
        each["PolicyType"]: each for each in _of_type(found, "AWS::AutoScaling::ScalingPolicy").values()
    }
    tracking = policies["TargetTrackingScaling"]
    target = tracking["TargetTrackingConfiguration"]["TargetValue"]
    warm_up = tracking["EstimatedInstanceWarmup"]
    steps = policies["StepScaling"]["StepAdjustments"]
    wakes = (
        policies["StepScaling"]["AdjustmentType"] == "ExactCapacity" and steps[0]["ScalingAdjustment"] == 1
    )
    least, most = int(group["MinSize"]), int(group["MaxSize"])
    return Policies(least, most, Tracking(target, warm_up, IN_COOLDOWN), wakes)


def by_instances(trace: Trace, seconds: int) -> tuple[Result, float]:
    """Run a trace through the group of instances, one message at a time on each."""
    policies = instance_policies(template(QueueWorkersStack))
    starts = INSTANCE_STARTS_IN.to_seconds()
    result = simulate(policies, trace, seconds=seconds, processing=PROCESSING, starts_in=starts)
    return result, result.task_hours * _instance_hour("instances")


@dataclass
class Hosted(Worker):
    """Tasks on instances: a task that finds no room waits for an instance, which starts for it."""

    most_instances: int = 1
    instances: list[float] = field(default_factory=list)
    """When each is there."""
    spare_since: float | None = None
    instance_seconds: int = 0

    def second(self, now: int, arrived: int, result: Result) -> None:
        """Let one second pass, which every instance is paid for."""
        super().second(now, arrived, result)
        self.instance_seconds += len(self.instances)

    def minute(self, now: int, metric: float) -> None:
        """Let the tasks' policies look, then the capacity provider."""
        super().minute(now, metric)
        needed = math.ceil((self.running + len(self.starting)) / PER_INSTANCE)
        if needed >= len(self.instances):
            self.spare_since = None
        elif self.spare_since is None:
            self.spare_since = now
        elif now - self.spare_since >= 900:  # its alarm looks at fifteen minutes
            del self.instances[needed:]
            self.spare_since = None

    def _starts_at(self, now: int) -> float:
        tasks = self.running + len(self.starting) + 1
        needed = math.ceil(tasks / PER_INSTANCE)
        if needed > len(self.instances) < self.most_instances:
            self.instances.append(now + CONTAINER_HOST_STARTS_IN.to_seconds())
        host = self.instances[min(needed, len(self.instances)) - 1]
        return max(float(now), host) + self.starts_in


def by_hosted_tasks(trace: Trace, seconds: int) -> tuple[Result, float]:
    """Run a trace through tasks on the general group of the container platform."""
    found = template(ContainerPlatformStack)
    of_invoices = {
        key: each
        for key, each in found["Resources"].items()
        if not each["Type"].startswith("AWS::ApplicationAutoScaling::") or key.startswith("Invoices")
    }
    policies = policies_of({"Resources": of_invoices})
    groups = _of_type(found, "AWS::AutoScaling::AutoScalingGroup")
    [group] = [each for key, each in groups.items() if "General" in key]
    most = int(group["MaxSize"])
    policies.maximum = min(policies.maximum, most * PER_INSTANCE)
    worker = Hosted(policies, PROCESSING, most_instances=most)
    result = simulate(policies, trace, seconds=seconds, processing=PROCESSING, worker=worker)
    return result, worker.instance_seconds / 3600 * _instance_hour("tasks on instances")


def _instance_hour(way: str) -> float:
    disk = price("ebs_gb_month_gp3") * DISK_GIB[way] / HOURS_A_MONTH
    return price("ec2_on_demand_linux_m7g_large_hour") + disk


WAYS: dict[str, Way] = {
    "function": by_function,
    "tasks of Fargate": by_tasks,
    "instances": by_instances,
    "tasks on instances": by_hosted_tasks,
}


def busier(trace: Trace) -> Trace:
    """Return a trace with more messages, since each takes less time."""
    return lambda now: TIMES * trace(now)


def compared() -> dict[tuple[str, str], tuple[Result, float]]:
    """Run each trace through each way; dollars are those of a month of such traces."""
    found = {}
    for name, (trace, seconds) in TRACES.items():
        for way, run in WAYS.items():
            result, dollars = run(busier(trace), seconds)
            found[name, way] = result, dollars * HOURS_A_MONTH * 3600 / seconds
    return found


def main() -> int:
    """Print waiting times and dollars a month; 1 where the function or the tasks break the stacks' promise.

    Instances that start from none do break it, by less than their own start: the page says so.
    """
    print(f"{PROCESSING} s a message; seconds of waiting, dollars a month of such traces")
    print(f"{'trace':12}{'way':20}{'p50':>8}{'p95':>8}{'most':>8}{'dollars':>9}")
    kept = True
    for (name, way), (result, dollars) in compared().items():
        waits = [result.percentile(0.5), result.percentile(0.95), max(result.waits)]
        kept = kept and waits[2] <= LATENCY + (INSTANCE_STARTS_IN.to_seconds() if way == "instances" else 0)
        print(f"{name:12}{way:20}{''.join(f'{wait:8.0f}' for wait in waits)}{dollars:9.2f}")
    return int(not kept)


if __name__ == "__main__":
    sys.exit(main())

"""Waiting time and cost of a worker under three arrival patterns, by its own policy and by CPU.

The policies are read from the synthesized template; time is simulated, so the figures are the same each time.

    python -m bench.scaling
"""

import sys
from dataclasses import replace
from functools import cache
from typing import Any

from aws_cdk import Duration, Stack
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs

from bench.scaling.policies import Policies, Tracking, policies_of
from bench.scaling.simulation import Result, Worker, simulate
from bench.scaling.traces import TRACES
from wellmade.compute import BacklogScaling, FargateWorker
from wellmade.testing import synthesize

LATENCY = 300
PROCESSING = 10
AT_WORK = 0.2
"""Share of its time that a message keeps the processor busy: the rest it waits for others."""
CPU_TARGET = 60


@cache
def _template() -> dict[str, Any]:
    """Return the template of a worker with default settings, synthesized once."""

    def define(stack: Stack) -> None:
        vpc = ec2.Vpc(stack, "Vpc", restrict_default_security_group=False)
        cluster = ecs.Cluster(stack, "Cluster", vpc=vpc)
        latency, each = Duration.seconds(LATENCY), Duration.seconds(PROCESSING)
        FargateWorker(
            stack,
            "Worker",
            cluster=cluster,
            image="invoice_worker",
            scaling=BacklogScaling(latency, each, max_capacity=20),
        )

    return synthesize(define)


def synthesized() -> Policies:
    """Return its policies, as they are before anything happened."""
    return policies_of(_template())


def by_backlog() -> dict[str, Result]:
    """Run each trace under the policy of the template."""
    return {
        name: simulate(synthesized(), trace, seconds=seconds, processing=PROCESSING)
        for name, (trace, seconds) in TRACES.items()
    }


def by_cpu() -> dict[str, Result]:
    """Run each trace under the policy that the construct refuses: CPU at 60 %, one task at least."""

    def cpu(worker: Worker) -> float:
        return worker.cpu(AT_WORK)

    policies = replace(synthesized(), minimum=1)
    return {
        name: simulate(
            replace(policies, tracking=Tracking(CPU_TARGET, 60, 300)),
            trace,
            seconds=seconds,
            processing=PROCESSING,
            metric=cpu,
        )
        for name, (trace, seconds) in TRACES.items()
    }


def main() -> int:
    """Print both; 1 when the promise is broken, or when CPU would have kept it."""
    ours, theirs = by_backlog(), by_cpu()
    print(f"acceptable latency {LATENCY} s, {PROCESSING} s a message; seconds of waiting, task-hours")
    print(f"{'trace':12}{'policy':10}{'p50':>8}{'p95':>8}{'most':>8}{'hours':>8}")
    for policy, results in (("backlog", ours), ("cpu", theirs)):
        for name, result in results.items():
            waits = [result.percentile(0.5), result.percentile(0.95), max(result.waits)]
            line = "".join(f"{wait:8.0f}" for wait in waits)
            print(f"{name:12}{policy:10}{line}{result.task_hours:8.1f}")
    kept = all(max(result.waits) <= LATENCY for result in ours.values())
    missed = all(max(result.waits) > LATENCY for result in theirs.values())
    return int(not (kept and missed))


if __name__ == "__main__":
    sys.exit(main())

"""What every program has that works off a queue in tasks, on whatever capacity."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from aws_cdk import Duration
from aws_cdk import aws_applicationautoscaling as autoscaling
from aws_cdk import aws_ecs as ecs

from wellmade.compute.backlog_scaling import scale_on_backlog
from wellmade.compute.container import ImageOption, container_of
from wellmade.compute.deployment import configure_deployment
from wellmade.compute.options import BacklogScaling, TaskSize
from wellmade.compute.queue_program import allow_messages, backlog_per_worker, variables_of
from wellmade.compute.service_rules import service_rules
from wellmade.compute.task import Task
from wellmade.compute.task_hosts import Host
from wellmade.compute.task_program import TaskProgram
from wellmade.compute.worker_alarms import WorkerAlarms, WorkerThresholds, define_worker_alarms
from wellmade.facts.own_load import load_tracked
from wellmade.foundation.graphs import Graph
from wellmade.foundation.queue_fed import QueueFed
from wellmade.foundation.queue_option import Queue, QueueTuning, waiting
from wellmade.kit.lookups import path_of, stack_of
from wellmade.kit.refusals import RefusedError, refusal
from wellmade.kit.synth_checks import Synthesized, check_at_synth

STOP_TIMEOUT = Duration.seconds(120)
"""As long as Fargate waits, and instances as they are told: a message that is begun should be finished."""


@dataclass(frozen=True)
class QueueTask:
    """The program of a worker, and how its messages and its log are kept."""

    image: ImageOption
    size: TaskSize
    host: Host
    queue: Queue | None
    tuning: QueueTuning
    encryption_key: Any
    alarm_thresholds: WorkerThresholds | None


class QueueTasks(QueueFed, TaskProgram):
    """A queue, and tasks that work it off, as many as its backlog takes."""

    task_count: ecs.ScalableTaskCount
    """How many tasks there may be."""
    alarms: WorkerAlarms
    """`dead_letters`, `oldest_message`, `cpu` and `memory`."""

    @property
    def graphs(self) -> list[Graph]:
        """What `monitor` shows of it."""
        return [
            self._messages_graph,
            Graph("oldest message", [self.metric_oldest_message_age()]),
            Graph("utilization", [self.metric_cpu_utilization(), self.metric_memory_utilization()]),
        ]

    def _work_off(
        self, task: QueueTask, scaling: BacklogScaling, start: Callable[[], ecs.BaseService]
    ) -> None:
        """Define the queue, the program and what `start` defines to keep it running, and scale that."""
        per_task = backlog_per_worker(self, scaling)
        self._max_capacity = scaling.max_capacity
        messages = waiting(self, task.queue, task.tuning, function_timeout=None, window=None)
        self.queue, self._dead_letters = messages.queue, messages.dead_letter_queue
        self._run(
            Task(
                self,
                container_of(task.image),
                size=task.size,
                environment=variables_of(messages),
                stop_timeout=STOP_TIMEOUT,
                encryption_key=task.encryption_key,
                host=task.host,
            )
        )
        allow_messages(self, self.queue)
        service = start()
        self.alarms = define_worker_alarms(self, service, messages.alarms, task.alarm_thresholds)
        configure_deployment(service, [])
        self._allow_protection()
        self.task_count = scale_on_backlog(
            self, service, self.queue, max_capacity=scaling.max_capacity, per_task=per_task
        )
        check_at_synth(self, self._broken)

    def _allow_protection(self) -> None:
        """Let a task keep itself from being chosen for scale-in while it works.

        Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-scale-in-protection.html
        """
        tasks = stack_of(self).format_arn(
            service="ecs", resource="task", resource_name=f"{self.cluster.cluster_name}/*"
        )
        self.allow(
            ["ecs:UpdateTaskProtection"],
            [tasks],
            reason="A task's id is not known before it runs; its cluster is.",
            used_by="the ECS agent in the task, which the program asks for protection",
        )

    def _broken(self, synthesized: Synthesized) -> Iterator[RefusedError]:
        yield from service_rules(self, self.service, synthesized)
        for child in self.node.find_all():
            if not isinstance(child, autoscaling.CfnScalingPolicy):
                continue
            if load := _own_load(synthesized, child):
                yield refusal(
                    path_of(self),
                    "scaling",
                    "by backlog per task",
                    f"by {load} ({child.node.path})",
                    "a worker that waits for others is idle and late at once; take the policy away",
                    rule="cpu-scaled-consumer",
                    resource=child,
                )


def _own_load(synthesized: Synthesized, policy: autoscaling.CfnScalingPolicy) -> str | None:
    tracking: Mapping[str, Any] = synthesized.properties(policy).get(
        "TargetTrackingScalingPolicyConfiguration", {}
    )
    return load_tracked(tracking)

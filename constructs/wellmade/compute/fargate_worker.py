"""SQS to Fargate."""

from collections.abc import Mapping

import jsii
from aws_cdk import Duration
from aws_cdk import aws_applicationautoscaling as autoscaling
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from wellmade.compute.backlog_scaling import scale_on_backlog
from wellmade.compute.deployment import deploy_with_care
from wellmade.compute.fargate_program import FargateProgram, Program
from wellmade.compute.options import TaskSize
from wellmade.foundation.durable_queue import DurableQueue
from wellmade.foundation.refusal import refusal, refusal_message, require_between
from wellmade.foundation.synth_check import check_at_synth
from wellmade.foundation.tree import seconds, stack_of

VISIBILITY = Duration.seconds(60)
"""How long a message stays hidden after each heartbeat of the program that works on it."""
MARGIN = 2
"""Tracking holds the backlog at its target and takes four minutes to react; `docs/scaling.md` shows both."""
STOP_TIMEOUT = Duration.seconds(120)
"""As long as Fargate waits: a message that is begun should be finished."""


@jsii.implements(iam.IGrantable, ec2.IConnectable)
class FargateWorker(FargateProgram):
    """Work off a queue with as many tasks as its backlog takes, from none up, and lose no message.

    Defines: queue, dead-letter queue, task definition with two roles, log group, service, scaling by backlog
    per task, alarms on messages set aside and on the age of the oldest one.

    A task's backlog is kept at half of what it works off in `acceptable_latency`. The program extends a
    message's visibility while it works on it, protects its task from scale-in, and on SIGTERM finishes what
    it began. Scaling by CPU is not offered: a worker that waits for others is idle and late at once.

    Example:
        vpc = ec2.Vpc(self, "Vpc", max_azs=2, restrict_default_security_group=False)
        cluster = ecs.Cluster(self, "Cluster", vpc=vpc)
        worker = FargateWorker(self, "Invoices", cluster=cluster, program="invoice_worker")

    Args:
        cluster: Where tasks run; with Container Insights, which counts them.
        program: Name of a program that travels with this library, the `Path` of your own directory with a
            Dockerfile, or a `RepositoryImage`.
        environment: Variables for the program; no secrets. Default: where the queue is.
        acceptable_latency: How long a message may wait. Default: 5 minutes.
        processing_time: How long a task works on one message. Default: 10 seconds.
        maximum: Most tasks, 1 to 100. Default: 10.
        size: How large a task is. Default: half a processor and 1 GiB.
        on_demand: Tasks that are never on Spot; 0 lets all be, since a message that was begun comes back.
            Default: no task is on Spot.

    Raises:
        ValueError: If an option is out of bounds, or the acceptable latency is below the processing time; at
            synth also if somebody scales the service by CPU.
    """

    queue: sqs.IQueue
    """Where work waits."""
    dead_letter_queue: sqs.IQueue
    """Where work waits for a person after its last delivery."""
    scaling: ecs.ScalableTaskCount
    """How many tasks there may be."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        cluster: ecs.ICluster,
        program: Program,
        environment: Mapping[str, str] | None = None,
        acceptable_latency: Duration | None = None,
        processing_time: Duration | None = None,
        maximum: int = 10,
        size: TaskSize | None = None,
        on_demand: int | None = None,
    ) -> None:
        super().__init__(scope, construct_id)
        latency = acceptable_latency or Duration.minutes(5)
        each = processing_time or Duration.seconds(10)
        require_between(self, "maximum", maximum, 1, 100, "10 suits most queues")
        self._refuse_latency(latency, each)
        self.copies = 2 * maximum
        self._messages = DurableQueue(self, "Messages", visibility_timeout=VISIBILITY)
        self.queue, self.dead_letter_queue = self._messages.queue, self._messages.dead_letter_queue
        variables = {
            "QUEUE_URL": self.queue.queue_url,
            "VISIBILITY_TIMEOUT_SECONDS": f"{seconds(VISIBILITY):.0f}",
            **(environment or {}),
        }
        self._define_program(
            program, size=size or TaskSize(), environment=variables, stop_timeout=STOP_TIMEOUT
        )
        self._allow_messages()
        self.service = self._define_service(cluster, on_demand)
        deploy_with_care(self.service, [], is_blue_green=False)
        self._allow_protection(cluster)
        self.scaling = scale_on_backlog(
            self,
            self.service,
            self.queue,
            maximum=maximum,
            per_task=seconds(latency) / seconds(each) / MARGIN,
        )
        self.alarms = self._messages.alarms
        check_at_synth(self, self._scaled_by_cpu)

    def grant_send(self, grantee: iam.IGrantable) -> iam.Grant:
        """Let `grantee` send messages, and nothing else."""
        return self._messages.grant_send(grantee)

    def _refuse_latency(self, latency: Duration, each: Duration) -> None:
        if seconds(latency) < seconds(each):
            allowed = f"at least processing_time, {seconds(each):.12g} s"
            fix = "no number of tasks makes one message faster"
            raise refusal(self, "acceptable_latency", allowed, latency, fix)

    def _allow_messages(self) -> None:
        actions = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility"]
        self.allow(actions, [self.queue.queue_arn])

    def _allow_protection(self, cluster: ecs.ICluster) -> None:
        """Let a task keep itself from being chosen for scale-in while it works.

        Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-scale-in-protection.html
        """
        tasks = stack_of(self).format_arn(
            service="ecs", resource="task", resource_name=f"{cluster.cluster_name}/*"
        )
        self.allow(
            ["ecs:UpdateTaskProtection"],
            [tasks],
            reason="A task's id is not known before it runs; its cluster is.",
            called_by="the ECS agent in the task, which the program asks for protection",
        )

    def _scaled_by_cpu(self) -> list[str]:
        policies = [
            child for child in self.node.find_all() if isinstance(child, autoscaling.CfnScalingPolicy)
        ]
        return [self._no_cpu(policy) for policy in policies if _is_by_cpu(self, policy)]

    def _no_cpu(self, policy: autoscaling.CfnScalingPolicy) -> str:
        return refusal_message(
            self,
            "scaling",
            "by backlog per task",
            f"by CPU ({policy.node.path})",
            "a worker that waits for others is idle and late at once; take the policy away",
        )


def _is_by_cpu(scope: Construct, policy: autoscaling.CfnScalingPolicy) -> bool:
    tracking = stack_of(scope).resolve(policy.target_tracking_scaling_policy_configuration) or {}
    predefined = tracking.get("predefinedMetricSpecification") or {}
    return bool(predefined.get("predefinedMetricType") == "ECSServiceAverageCPUUtilization")
